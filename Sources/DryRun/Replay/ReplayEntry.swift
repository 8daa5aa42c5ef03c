public import PageAllocator
public import PhysicalMemory

/// What a replay answers to one operation.
public struct ReplayEntry: Hashable, Sendable {
  /// The operation.
  public let operation: Scenario.Operation
  /// What came of it.
  public var result: Result
  /// The machine after it.
  public var memory: MemoryState

  /// What came of an operation.
  public enum Result: Hashable, Sendable {
    /// A buffer was asked for.
    case allocated(BufferAnswer)
    /// A buffer was not even asked for: the driver did not get the two buffers of a page that it takes
    /// first.
    case refusedSmallBuffers
    /// A buffer was given back; without one there was nothing to give.
    case freed(ByteCount?)
    /// Something was done so many times, or to so many bytes.
    case done(UInt64)
    /// Pages of the area that were pinned, counted from its base, and the anonymous pages in it.
    case pinned([UInt64], anonymousInArea: UInt64)
    /// Pins were taken away.
    case unpinned
    /// Memory was pinned for a long time.
    case pinnedLongTerm(LongTermAnswer)
  }
}

/// What came of asking for a buffer.
public struct BufferAnswer: Hashable, Sendable {
  /// What was asked for.
  public var size: ByteCount
  /// Where it is, or nil.
  public var buffer: DMABuffer?
  /// Its physical address, or nil.
  public var address: PhysicalAddress?
  /// log2 of the pages that the area's search aligned to; zero where no area was asked.
  public var alignmentOrder: Order
  /// Whether a CMA area was asked.
  public var askedArea: Bool
  /// Whether the area's pages were out of the device's reach and went back.
  public var wasOutOfReach: Bool
  /// Positions in the area that were tried and found busy.
  public var busyRetries: UInt64
  /// The first of those, at most six.
  public var busyPositions: [PhysicalAddress]
}

/// What came of pinning all anonymous memory for a long time.
public struct LongTermAnswer: Hashable, Sendable {
  /// Bytes of the mappings that are pinned now.
  public var bytes: ByteCount = .zero
  /// The error number of the last mapping that was refused; zero where none was.
  public var errorNumber: Int = 0
  /// Anonymous pages in the area before.
  public var pagesBefore: UInt64 = 0
  /// Anonymous pages in the area after.
  public var pagesAfter: UInt64 = 0
}

/// What `/proc/meminfo` and the area's bitmap show.
public struct MemoryState: Hashable, Sendable {
  /// Free pages, those of CMA areas included.
  public var free: ByteCount = .zero
  /// Free pages of CMA areas.
  public var freeCMA: ByteCount = .zero
  /// Page cache and tmpfs.
  public var cached: ByteCount = .zero
  /// tmpfs.
  public var shared: ByteCount = .zero
  /// Anonymous memory.
  public var anonymous: ByteCount = .zero
  /// The runs of the default area that drivers hold, in pages from its base; nil without an area.
  public var used: [Range<UInt64>]?
  /// The pages of the default area by what they hold; nil without an area.
  public var occupancy: Occupancy?
  /// Free blocks of each order, of all zones together.
  public var freeBlocks: [UInt64] = []

  /// The pages of an area by what they hold.
  public struct Occupancy: Hashable, Sendable {
    /// Free pages.
    public var free: UInt64 = 0
    /// Anonymous pages.
    public var anonymous: UInt64 = 0
    /// Pages of tmpfs files.
    public var tmpfs: UInt64 = 0
    /// Other page cache.
    public var file: UInt64 = 0
    /// Pages of drivers, and of the kernel.
    public var other: UInt64 = 0
    /// Locked pages among the anonymous ones.
    public var locked: UInt64 = 0
  }
}

/// What a whole replay came to.
public struct ReplayOutcome: Sendable {
  /// The default CMA area, or nil.
  public var area: PhysicalRange?
  /// The size of a page.
  public var pageSize: PageSize
  /// The machine before the first operation.
  public var start: MemoryState
  /// One entry for each operation that was carried out.
  public var entries: [ReplayEntry] = []
  /// Whether the OOM killer ended the program, in the operation after the last entry.
  public var isKilled = false
  /// The operation at which the replay gave up, for it touched more memory than it may in all.
  public var exhaustedAt: Int?
}
