public import PageAllocator
public import PhysicalMemory
public import Policy

/// The first request that a run could not meet.
public struct FirstFailure: Hashable, Sendable {
  /// The run's seed.
  public let seed: UInt64
  /// When, from the start of the workload.
  public let time: TimeSpan
  /// The stream that asked.
  public let stream: String
  /// The buffer.
  public let buffer: String
  /// Which of the buffers of this name, from zero.
  public let index: UInt64
  /// The size that was asked for.
  public let size: ByteCount
  /// The pool or area that was asked; nil for the page allocator.
  public let pool: String?
  /// Why it failed.
  public let cause: DMAFailure
  /// What the kernel logs or the driver sees: -12 or -16.
  public let errno: Int
  /// The longest free run of the pool at that time; nil without a pool.
  public let largestFree: ByteCount?
  /// Who held the rest, most first.
  public let holders: [Holder]

  /// Somebody who holds memory of a pool.
  public struct Holder: Hashable, Sendable {
    /// The device's name, `kernel`, or a class of memory: `page cache`.
    public let owner: String
    /// How much.
    public let size: ByteCount
  }
}
