public import PhysicalMemory

/// A driver's request for contiguous memory.
public struct ContiguousRequest: Hashable, Sendable {
  /// The device, for `dma_alloc`; its owner number is kept with the pages.
  public var device: DMADevice
  /// The name of the device, for systems that choose by name.
  public var deviceName: String
  /// The kind of memory, for systems that know kinds.
  public var kind: String?
  /// The regions that are tried, in order; none stands for all that the system has.
  public var regions: [String]
  /// The size.
  public var size: ByteCount
  /// The alignment that is asked for; `dma_alloc` knows none, and has its own.
  public var alignment: Alignment
  /// Whether the caller may wait.
  public var mayWait: Bool

  /// A request of a device.
  public init(
    device: DMADevice,
    deviceName: String = "",
    kind: String? = nil,
    regions: [String] = [],
    size: ByteCount,
    alignment: Alignment = Alignment(shift: 0),
    mayWait: Bool = true
  ) {
    self.device = device
    self.deviceName = deviceName
    self.kind = kind
    self.regions = regions
    self.size = size
    self.alignment = alignment
    self.mayWait = mayWait
  }
}

/// Contiguous memory that a driver holds.
public struct ContiguousBuffer: Hashable, Sendable {
  /// What it was taken from.
  public let source: Source
  /// The first page.
  public let first: PageFrameNumber
  /// The pages that are gone for others, rounding included.
  public let pages: UInt64
  /// The size that was asked for.
  public let size: ByteCount

  /// What a buffer was taken from.
  public enum Source: Hashable, Sendable {
    /// `dma_alloc`.
    case dma(DMABuffer)
    /// The region at this position of the strategy's list; `bigphysarea` has one.
    case region(Int)
  }
}

/// Why a system gave no memory.
public enum ContiguousFailure: Error, Hashable, Sendable {
  /// Zero bytes were asked for.
  case nothingAsked
  /// No region that may be used has room.
  case noRoom
  /// There is room, but pages in it can not be moved away (early 2011: the call fails at once).
  case busy
  /// The heap knows no alignment above a page (`-EINVAL` of ION).
  case alignmentUnsupported
  /// No region has the name, or no rule has the device.
  case noSuchRegion
  /// `dma_alloc` refused.
  case dma(DMAFailure)
}

/// How a system answered.
public struct ContiguousOutcome: Hashable, Sendable {
  /// The memory, or why there is none.
  public internal(set) var result: Result<ContiguousBuffer, ContiguousFailure>
  /// Whether the device reaches it; systems before `dma_alloc`'s check did not ask.
  public internal(set) var isWithinReach = false
  /// Pages that were copied elsewhere for it.
  public internal(set) var pagesMigrated: UInt64 = 0
  /// Pages that were dropped or swapped out for it.
  public internal(set) var pagesReclaimed: UInt64 = 0

  /// The memory, if there is some.
  public var buffer: ContiguousBuffer? { try? result.get() }
}
