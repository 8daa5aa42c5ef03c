extension DryRun {
  /// How much is tried, and how sure is sure enough.
  public struct Options: Sendable {
    /// Numbers of seeds after which the results are looked at, ascending.
    public var looks: [UInt64] = [20, 110, 440]
    /// Whether to go on to the next look until every device's verdict is sure.
    public var untilSure: Bool = false
    /// The share of runs that has to succeed.
    public var successTarget = Proportion(percent: 95)
    /// Seeds that run at the same time; the result does not depend on it.
    public var jobs: Int = 1
    /// Whether to stop at the first run in which a device fails.
    public var untilFailure: Bool = false
    /// Asked before each run: whether to start no more of them.
    public var isInterrupted: @Sendable () -> Bool = { false }
    /// The first seed.
    public var firstSeed: UInt64 = 1

    /// One look at 20 seeds, one at a time, against 95 %.
    public init() {}
  }
}
