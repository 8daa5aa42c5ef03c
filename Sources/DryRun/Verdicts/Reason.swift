public import PageAllocator
public import PhysicalMemory

/// The facts behind a verdict; `VerdictText` has the words.
public enum Reason: Hashable, Sendable {
  /// No RAM is stated.
  case noMemory
  /// The regions do not fit into the variant's RAM, so there is no layout to judge.
  case noLayout
  /// No workload uses the device.
  case noWorkload
  /// No run of the workload was finished.
  case notRun
  /// In no run was the device opened.
  case neverOpened
  /// The device takes page lists, or an IOMMU maps for it.
  case contiguityNotNeeded
  /// The device has no such limit.
  case noLimit
  /// The machine can not be modelled.
  case machine(MachineError)
  /// A pool of the device is not in this layout, or not in RAM.
  case missingPool(String)
  /// A pool of the device is one that the DMA API does not allocate from.
  case notAllocatable(String)
  /// Every allocation has it.
  case guaranteed
  /// Part of where the memory may come from is out of the device's reach.
  case reach(pool: String?, reachable: ByteCount, whole: ByteCount)
  /// Linux put a buffer where it believes that the device reaches it, and it does not.
  case strayed(buffer: String, address: PhysicalAddress)
  /// The allocator aligns less than is needed.
  case alignment(buffer: String, needed: Alignment, guaranteed: Alignment)
  /// A buffer may cross, or must cross, a boundary.
  case boundary(buffer: String, size: ByteCount, boundary: ByteCount, guaranteed: Alignment)
  /// A buffer does not fit, even alone.
  case tooLarge(Shortfall, DMAFailure)
  /// What one device holds at once is more than its pool.
  case overCapacity(Shortfall)
  /// It fits, whatever happens.
  case fits
  /// Runs were counted; the shortfall is stated where requests failed.
  case counted(Shortfall?)

  /// A pool and what it lacks.
  public struct Shortfall: Hashable, Sendable {
    /// The buffer that is largest or fails first.
    public let buffer: String
    /// Its size.
    public let size: ByteCount
    /// How many of it.
    public let count: UInt64
    /// The pool; nil for the page allocator.
    public let pool: String?
    /// What is needed at once, rounded as the allocator rounds.
    public let needed: ByteCount
    /// What the pool has.
    public let capacity: ByteCount
    /// The size of the pool, with what the kernel itself holds of it; zero for the page allocator.
    public let poolSize: ByteCount
    /// The smallest pool that holds the workload's peak when nothing else is in it.
    public var neededPoolSize: ByteCount?
  }
}

extension Reason {
  /// The pool that lacks room and what it lacks, if that is the reason.
  public var shortfall: Shortfall? {
    switch self {
    case .tooLarge(let shortfall, _), .overCapacity(let shortfall): shortfall
    case .counted(let shortfall): shortfall
    default: nil
    }
  }
}
