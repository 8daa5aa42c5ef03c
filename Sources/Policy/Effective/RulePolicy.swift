extension EffectivePolicy {
  /// The limit that policy sets for a rule: a size or a share of RAM.
  public func threshold(ofRule rule: String) -> Sourced<SizeExpression>? {
    value[path: ["rules", rule]]?.size("threshold")
  }
}
