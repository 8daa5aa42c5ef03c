public import PhysicalMemory
public import Policy

extension DryRun {
  /// One event of a run, for `stress --trace`.
  public struct TraceEvent: Hashable, Sendable {
    /// When, from the start of the workload.
    public let time: TimeSpan
    /// What happened.
    public let kind: Kind
    /// Free memory after it, in pages.
    public let freePages: UInt64
    /// What drivers hold of each pool after it, by the region's name, in the order of the layout.
    public let used: [PoolUse]

    /// What drivers hold of a pool.
    public struct PoolUse: Hashable, Sendable {
      /// The region.
      public let region: String
      /// How much.
      public let size: ByteCount
    }

    /// What happened.
    public enum Kind: Hashable, Sendable {
      /// A stream of a device did something: `open`, `close`, `mode-change`.
      case stream(String, stream: String, device: String)
      /// A buffer was given; without region it is the page allocator's.
      case buffer(
        stream: String,
        buffer: String,
        size: ByteCount,
        at: PhysicalAddress,
        region: String?
      )
      /// A buffer was refused.
      case refusal(device: String, FirstFailure)
      /// The rest of the system did something to so many pages: `churn`, `grow unmovable`.
      case system(String, pages: UInt64)
    }
  }
}
