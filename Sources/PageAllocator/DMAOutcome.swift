public import PhysicalMemory

/// Where a DMA buffer came from.
public enum DMASource: Hashable, Sendable {
  /// The device's coherent pool.
  case coherentPool(CoherentPoolID)
  /// The device's restricted pool.
  case restrictedPool(RestrictedPoolID)
  /// A CMA area.
  case cma(CMAAreaID)
  /// The page allocator.
  case buddy
  /// The page allocator, page by page behind an IOMMU.
  case iommu
  /// An atomic pool.
  case atomicPool
}

/// A run of pages.
public struct PageExtent: Hashable, Sendable {
  /// The first page.
  public let first: PageFrameNumber
  /// The number of pages.
  public let pages: UInt64

  /// `pages` pages from `first`.
  public init(first: PageFrameNumber, pages: UInt64) {
    self.first = first
    self.pages = pages
  }
}

/// A buffer that a driver holds; `dmaFree` takes it back.
public struct DMABuffer: Hashable, Sendable {
  /// Where it came from.
  public let source: DMASource
  /// The pages that are taken for it, rounding included: one run, or many behind an IOMMU.
  public let extents: [PageExtent]
  /// The size that was asked for.
  public let size: ByteCount
  /// Whether the device reaches it; 32-bit Arm does not check.
  public let isWithinReach: Bool

  /// The first page.
  public var first: PageFrameNumber { extents[0].first }
  /// The number of pages taken.
  public var pages: UInt64 { extents.reduce(0) { $0 + $1.pages } }
}

/// Why a DMA buffer could not be had.
public enum DMAFailure: Error, Hashable, Sendable {
  /// The device's coherent pool has no room, and there is no fallback.
  case coherentPoolFull
  /// The device's restricted pool has no room, and there is no fallback.
  case restrictedPoolFull
  /// The atomic pools have no room for a request that may not wait.
  case atomicPoolsFull
  /// The CMA area gave nothing, and there is no fallback (32-bit Arm).
  case cma(CMAFailure)
  /// CMA gave nothing, and the size is above the largest block of the page allocator.
  case aboveLargestBlock
  /// The page allocator has no such block.
  case outOfMemory
  /// The pages that could be had are out of the device's reach.
  case outOfReach
  /// The device does not snoop, and the kernel can not map memory uncached.
  case notMappable
  /// Zero bytes were asked for.
  case nothingAsked

  /// The error as drivers see it: always no memory.
  public var errno: Int { -12 }
}

/// How `dma_alloc` answered, and what that took.
public struct DMAOutcome: Hashable, Sendable {
  /// The buffer, or why there is none.
  public internal(set) var result: Result<DMABuffer, DMAFailure> = .failure(.outOfMemory)
  /// What the CMA area answered if one was asked, whatever came after.
  public internal(set) var cma: CMAOutcome?
  /// The area that was asked.
  public internal(set) var cmaArea: CMAAreaID?
  /// Whether CMA pages were given back because the device does not reach them.
  public internal(set) var cmaWasOutOfReach = false
  /// The alignment that the buffer is sure to have.
  public internal(set) var alignmentOrder: Order = Order(0)
  /// Pages copied elsewhere, by CMA or compaction.
  public internal(set) var pagesMigrated: UInt64 = 0
  /// Pages dropped or swapped out.
  public internal(set) var pagesReclaimed: UInt64 = 0

  /// The buffer, if there is one.
  public var buffer: DMABuffer? { try? result.get() }
  /// Why there is none, if so.
  public var failure: DMAFailure? {
    guard case .failure(let failure) = result else { return nil }
    return failure
  }
}
