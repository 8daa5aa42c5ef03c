public import PhysicalMemory

/// What became of one node of `/reserved-memory`.
public struct BootRegion: Hashable, Sendable {
  /// The node's path.
  public let node: String
  /// Where the kernel's table has it; zero where nothing was found.
  public internal(set) var base: PhysicalAddress
  /// The size in the kernel's table.
  public internal(set) var size: ByteCount
  /// Whether the whole range is reserved or no-map when set-up is done.
  public internal(set) var isKept = false
  /// Whether it became a CMA area.
  public internal(set) var isCMA = false
  /// Whether the kernel chose the place.
  public let isDynamic: Bool
  /// Whether the kernel's table has it, so that a driver can find it.
  public internal(set) var isInTable = true
  /// What became of it.
  public internal(set) var outcome: RegionOutcome
  /// Which handler took it, if any: what a device that names it gets.
  public internal(set) var handler: RegionHandler?
  /// How sure the address is.
  public internal(set) var confidence: Confidence

  /// Whether it has memory of its own: the range of a region that was given back may be kept by what
  /// took it next.
  public var hasMemory: Bool { if case .freed = outcome { false } else { isKept } }

  /// The range in the kernel's table.
  public var range: PhysicalRange { PhysicalRange(start: base, saturating: size) }
}

/// The kernel's handlers for a node's `compatible`.
public enum RegionHandler: String, Sendable {
  /// `rmem_cma_setup`: a CMA area.
  case cma
  /// `rmem_dma_setup`: a per-device coherent pool.
  case coherent
  /// `rmem_swiotlb_setup`: a restricted DMA pool.
  case restricted
}

/// What became of a node of `/reserved-memory`.
public enum RegionOutcome: Hashable, Sendable {
  /// It has its memory, and its handler, if one matched, took it.
  case placed
  /// No free range was big enough.
  case notPlaced(PlacementFailure)
  /// A no-map range that memory and something reserved share: nothing was marked.
  case refusedNoMap(by: [Occupant])
  /// A handler refused it and its memory was given back to the system.
  case freed(HandlerRefusal)
  /// A handler refused a dynamic no-map region: its memory stays reserved and unused.
  case lost(HandlerRefusal)
  /// Its memory is reserved, but the kernel's table was full: no handler, no driver finds it.
  case lostBeyondTable
  /// It was dropped because the table of dynamic nodes was full.
  case skippedBeyondTable
  /// A property has the wrong length.
  case malformed(property: String)
  /// The first entry of `reg` has size 0: nothing is reserved.
  case emptyReg
  /// `size` is 0: the kernel registers nothing at the end of a free range.
  case zeroSize
  /// The memblock array was full.
  case arrayFull
}

/// Why a handler refused a region.
public enum HandlerRefusal: Hashable, Sendable {
  /// `cma=` on the command line beats `linux,cma-default`.
  case bypassedByCommandLine
  /// Base or size is not a multiple of the CMA granule.
  case misaligned(granule: Alignment)
  /// All CMA slots are taken.
  case noSlot(slots: Int)
  /// `reusable` and `no-map` together.
  case reusableNoMap
  /// `reusable`, and the kernel has no CMA for devices.
  case noCMA
  /// 32-bit arm has no pools on mapped memory.
  case needsNoMap
  /// A restricted pool with `reusable`, `no-map` or a default property.
  case restrictedWithFlags
  /// CMA would not take the range: it has size 0 or nothing there is reserved.
  case invalidRange
}

/// A request that found no room.
public struct PlacementFailure: Hashable, Sendable {
  /// How much was wanted.
  public let size: ByteCount
  /// The alignment that was used.
  public let alignment: ByteCount
  /// Where it was tried, in order; empty where `alloc-ranges` is empty.
  public let tried: [PhysicalRange]
  /// The largest free run in any of those, or nil where there was none.
  public let largestFree: PhysicalRange?
  /// Who holds what lies right below and above that run; nobody at the end of a bank or window.
  public let neighbours: [Occupant]
}
