public import PhysicalMemory
public import Policy

extension DryRun {
  /// How one constraint of one device stands under one workload.
  public struct Verdict: Hashable, Sendable {
    /// The RAM variant.
    public let variant: String
    /// The workload; nil where no workload uses the device.
    public let workload: String?
    /// The device.
    public let device: String
    /// The constraint.
    public let constraint: Constraint
    /// How it stands.
    public let verdict: Judgement
    /// What that rests on.
    public let basis: Basis
    /// Whether it is a proof, or the interval is clear of the target.
    public let sure: Bool
    /// The number of runs; zero for a proof without any.
    public let seeds: UInt64
    /// The runs that failed.
    public let failures: UInt64
    /// The share of runs that succeeded; nil without runs.
    public let success: SuccessRate?
    /// The first failure of the first run that failed.
    public let firstFailure: FirstFailure?
    /// When runs failed first; nil where none did.
    public let timeToFailure: TimeToFailure?
    /// The facts.
    public let reason: Reason
    /// What the runs measured; nil without runs.
    public let measured: Measurements?
    /// How it stands if the driver does not ask for its region after all; nil where that is known.
    public internal(set) var unattached: Judgement?
    /// The rate of each request, where the workload is a list of operations.
    public internal(set) var operations: [OperationRate] = []
  }

  /// What the runs of one device measured.
  public struct Measurements: Hashable, Sendable {
    /// Buffers asked for in all runs.
    public let requests: UInt64
    /// Buffers that a driver needed and did not get.
    public let refused: UInt64
    /// Buffers that a driver can do without and did not get.
    public let refusedOptional: UInt64
    /// Openings that were skipped, for another stream of the group was open.
    public let skipped: UInt64
    /// Positions of a CMA area that were tried and found busy.
    public let busyRetries: UInt64
    /// Pages copied elsewhere for one request: half of the requests took no more.
    public let migratedMedian: UInt64
    /// The same for 99 of a hundred requests.
    public let migrated99: UInt64
    /// The most of any request.
    public let migratedMost: UInt64
    /// The device's pools, in the order of the layout.
    public let pools: [PoolUse]
    /// What it did to the rest of the system.
    public let system: SystemSide
  }

  /// How full a pool became.
  public struct PoolUse: Hashable, Sendable {
    /// The pool.
    public let pool: String
    /// The most that was allocated at one time in any run.
    public let peak: ByteCount
    /// What was never allocated in any run.
    public let idle: ByteCount
    /// What drivers held on average over the workload's time.
    public let meanUsed: ByteCount
    /// What they did not hold on average: the price of the pool, times the workload's time.
    public let meanIdle: ByteCount
    /// Whether the rest of the system can use what drivers do not hold.
    public let isLent: Bool
  }

  /// When runs failed first.
  public struct TimeToFailure: Hashable, Sendable {
    /// The earliest of all runs.
    public let earliest: TimeSpan
    /// The time by which half of the runs had failed; nil where fewer than half ever did.
    public let median: TimeSpan?
  }

  /// What happened to the rest of the system, in all runs together.
  public struct SystemSide: Hashable, Sendable {
    /// Pages dropped or swapped out.
    public let reclaimedPages: UInt64
    /// Pages swapped out among them.
    public let swappedPages: UInt64
    /// Requests of the rest of the system that got nothing.
    public let refusedAllocations: UInt64
    /// Those of the kernel itself: memory that can not be moved.
    public let refusedUnmovable: UInt64
    /// Those for which Linux would have killed a process.
    public let outOfMemoryKills: UInt64
    /// Pins for long that were refused.
    public let refusedPins: UInt64
    /// Blocks that the rest of the system took and gave back.
    public let pageEvents: UInt64
  }
}
