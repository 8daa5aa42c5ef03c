extension DryRun {
  /// How much is tried, and how sure is sure enough.
  public struct Options: Hashable, Sendable {
    /// Numbers of seeds after which the results are looked at, ascending.
    public var looks: [UInt64] = [20, 110, 440]
    /// Whether to go on to the next look until every device's verdict is sure.
    public var untilSure: Bool = false
    /// The share of runs that has to succeed.
    public var successTarget = Proportion(percent: 95)
    /// Seeds that run at the same time; the result does not depend on it.
    public var jobs: Int = 1
    /// The first seed.
    public var firstSeed: UInt64 = 1

    /// One look at 20 seeds, one at a time, against 95 %.
    public init() {}
  }
}
