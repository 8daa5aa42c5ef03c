extension PolicySchema {
  /// How much one layer may hold: many times what boards have.
  enum Limits {
    /// Names below `pools`, `devices` and the like.
    static let names = 1024
    /// Items of a list.
    static let items = 100_000
    /// Findings before the check gives up.
    static let findings = 100
  }
}
