public import PhysicalMemory

/// The machine whose memory is modelled: everything the allocator has to know at boot, as values.
///
/// The defaults are those of an arm64 Linux 6.1 with 4 KiB pages. Ranges of CMA areas, coherent and
/// restricted pools are taken out of the free memory by the engine; they need not be in `reserved`.
public struct Machine: Hashable, Sendable {
  /// `PAGE_SIZE`.
  public var pageSize: PageSize = .kib4
  /// `pageblock_order`.
  public var pageblockOrder: Order = Order(9)
  /// The order of the largest block: `MAX_ORDER - 1` before 6.4, `MAX_PAGE_ORDER` since.
  public var maxOrder: Order = Order(10)
  /// The zones, most restricted kind first, each kind at most once.
  ///
  /// An allocation falls back from its own zone to those before it.
  public var zones: [ZoneDescription]
  /// The memory that the kernel has.
  public var memory: PhysicalRegionSet
  /// The memory that is not free when the buddy allocator takes over, to the byte.
  public var reserved: PhysicalRegionSet = PhysicalRegionSet()
  /// The CMA areas, in the order in which they are activated.
  public var cmaAreas: [CMAAreaDescription] = []
  /// Which of `cmaAreas` is the default one (`dma_contiguous_default_area`).
  public var defaultCMAArea: CMAAreaID?
  /// `CONFIG_CMA_ALIGNMENT`.
  public var cmaAlignmentOrder: Order = Order(8)
  /// The per-device coherent pools (`shared-dma-pool` without `reusable`).
  public var coherentPools: [PoolDescription] = []
  /// The pool that serves all non-coherent devices without one of their own, and they get nothing
  /// else (`CONFIG_DMA_GLOBAL_POOL`).
  public var globalPool: CoherentPoolID?
  /// Whether the kernel can map memory uncached for devices that do not snoop; a RISC-V core without
  /// cache instructions can not.
  public var mapsUncached: Bool = true
  /// The restricted pools (`restricted-dma-pool`).
  public var restrictedPools: [PoolDescription] = []
  /// Which kernel's rules of free lists and fallback hold.
  public var rules: KernelRules = .mixedLists
  /// Which architecture's `dma_alloc` is used.
  public var architecture: Architecture = .arm64
  /// The last address of a device that has to be served from `ZONE_DMA`: 2^`zone_dma_bits` - 1.
  ///
  /// Only read where `zones` or `hasZoneDMA` say that the kernel has that zone.
  public var zoneDMALimit: PhysicalAddress = PhysicalAddress(0xffff_ffff)
  /// `CONFIG_ZONE_DMA`: whether `GFP_DMA` is tried, even where the zone is empty.
  public var hasZoneDMA: Bool = true
  /// `CONFIG_ZONE_DMA32`: whether `GFP_DMA32` is tried, even where the zone is empty.
  public var hasZoneDMA32: Bool = true
  /// Which atomic pools are filled at boot.
  public var atomicPools: AtomicPools = .standard
  /// Which watermarks hold allocations back.
  public var watermarks: Watermarks = .computed(transparentHugePages: true)
  /// When movable allocations take pages of CMA areas.
  public var cmaUse: CMAUse = .balanced
  /// `CONFIG_COMPACTION`: whether requests for blocks may move pages together.
  public var compacts: Bool = true
  /// Pages that can be swapped out in all; zero is no swap.
  public var swapPages: UInt64 = 0
  /// Whether there is one processor that keeps lists of free pages of its own (`struct per_cpu_pages`),
  /// with the limits that Linux computes.
  ///
  /// Without, freed pages go to the buddy lists at once: that shifts single addresses, not totals.
  public var hasProcessorLists: Bool = false
  /// Whether pages are grouped by mobility; nil leaves it to the size of memory, as Linux does.
  public var groupsByMobility: Bool?

  /// A machine with these zones and this memory, and the defaults for everything else.
  public init(zones: [ZoneDescription], memory: PhysicalRegionSet) {
    self.zones = zones
    self.memory = memory
  }
}

/// Which kernel's allocation rules hold.
public enum KernelRules: UInt8, Comparable, Hashable, Sendable {
  /// 6.1 up to 6.9: a free block may be on the list of another type than its pageblock's.
  case mixedLists
  /// 6.10 and 6.11: free pages are always on the list of their pageblock's type.
  case cleanLists
  /// From 6.12: a fallback first claims pageblocks and then steals single blocks.
  case claimThenSteal

  /// The rules of a kernel version such as 6.1.
  public init(major: Int, minor: Int) {
    switch (major, minor) {
    case (..<6, _), (6, ..<10): self = .mixedLists
    case (6, ..<12): self = .cleanLists
    default: self = .claimThenSteal
    }
  }

  /// Orders rules by version.
  public static func < (lhs: KernelRules, rhs: KernelRules) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Which architecture's `dma_alloc` is used.
public enum Architecture: Hashable, Sendable {
  /// 32-bit Arm: `arch/arm/mm/dma-mapping.c`.
  case arm
  /// `kernel/dma/direct.c` with remapping.
  case arm64
  /// `kernel/dma/direct.c` with remapping where the core has non-coherent support.
  case riscv
}

/// When movable allocations take pages of CMA areas (`__rmqueue`).
public enum CMAUse: UInt8, Hashable, Sendable {
  /// From 5.8: also as soon as more than half of a zone's free pages are in areas.
  case balanced
  /// 3.5 to 5.7: when the lists of their own type are empty.
  case beforeFallback
  /// The patches of 2011: when no other type can be stolen from either.
  case lastResort
}

/// The pools that serve non-coherent devices which may not wait (`kernel/dma/pool.c`).
public enum AtomicPools: Hashable, Sendable {
  /// The size that the kernel computes from its memory.
  case standard
  /// `coherent_pool=`.
  case size(ByteCount)
  /// No such pools.
  case none
}

/// The watermarks of the zones (`__setup_per_zone_wmarks`).
public enum Watermarks: Hashable, Sendable {
  /// Nothing is held back.
  case off
  /// `min_free_kbytes` as computed at boot, raised where khugepaged runs.
  case computed(transparentHugePages: Bool)
  /// `vm.min_free_kbytes` set to this.
  case minimumFree(ByteCount)
}

/// A named range of one kind or another.
public struct PoolDescription: Hashable, Sendable {
  /// The name in reports.
  public let name: String
  /// Its memory.
  public let range: PhysicalRange
  /// log2 of the pages that a bit of a CMA area's bitmap stands for; other pools have one for a page.
  public let orderPerBit: Order

  /// A pool over `range`.
  public init(name: String, range: PhysicalRange, orderPerBit: Order = Order(0)) {
    self.name = name
    self.range = range
    self.orderPerBit = orderPerBit
  }
}

/// A CMA area; its range is a multiple of a pageblock.
public typealias CMAAreaDescription = PoolDescription

/// A CMA area by its position in the machine's list.
public struct CMAAreaID: Hashable, Sendable, Comparable {
  /// The position.
  public let index: Int
  /// The area at this position.
  public init(_ index: Int) { self.index = index }
  /// Orders areas by position.
  public static func < (lhs: CMAAreaID, rhs: CMAAreaID) -> Bool { lhs.index < rhs.index }
}

/// A coherent pool by its position in the machine's list.
public struct CoherentPoolID: Hashable, Sendable, Comparable {
  /// The position.
  public let index: Int
  /// The pool at this position.
  public init(_ index: Int) { self.index = index }
  /// Orders pools by position.
  public static func < (lhs: CoherentPoolID, rhs: CoherentPoolID) -> Bool { lhs.index < rhs.index }
}

/// A restricted pool by its position in the machine's list.
public struct RestrictedPoolID: Hashable, Sendable, Comparable {
  /// The position.
  public let index: Int
  /// The pool at this position.
  public init(_ index: Int) { self.index = index }
  /// Orders pools by position.
  public static func < (lhs: RestrictedPoolID, rhs: RestrictedPoolID) -> Bool {
    lhs.index < rhs.index
  }
}

/// Why a machine can not be modelled.
public enum MachineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no zone, a kind occurs twice or out of order, or two zones overlap.
  case zonesUnordered
  /// Orders are out of bounds: a pageblock is at most the largest block, which has at most 2^15 pages.
  case ordersOutOfBounds
  /// There are more pages than 2^28 positions.
  case tooManyPages(UInt64)
  /// A CMA area is not a whole number of pageblocks, or its base is not aligned to one.
  case cmaAreaMisaligned(String)
  /// A CMA area has addresses that are no memory; Linux does not boot.
  case cmaAreaOutsideMemory(String)
  /// Two CMA areas overlap; Linux does not boot.
  case cmaAreasOverlap(String, String)
  /// An id names no area or pool of the machine.
  case noSuchArea

  /// One sentence, without full stop.
  public var description: String {
    switch self {
    case .zonesUnordered: "the zones are missing, overlap or are not in Linux's order"
    case .ordersOutOfBounds: "the pageblock order is above the maximum order, or that above 15"
    case .tooManyPages(let count): "\(count) pages are more than 2^28"
    case .cmaAreaMisaligned(let name): "CMA area `\(name)` is not made of whole pageblocks"
    case .cmaAreaOutsideMemory(let name): "CMA area `\(name)` is not memory throughout"
    case .cmaAreasOverlap(let one, let other): "CMA areas `\(one)` and `\(other)` overlap"
    case .noSuchArea: "an id names no area or pool of the machine"
    }
  }
}
