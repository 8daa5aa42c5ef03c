extension DryRun {
  /// Called after each run of a seed, for a progress bar; the verdicts do not depend on it.
  ///
  /// Set it with `DryRun.$afterRun.withValue(...) { await DryRun.run(...) }`.
  @TaskLocal public static var afterRun: (@Sendable () -> Void)?
}
