public import PhysicalMemory

/// A system that gives drivers physically contiguous memory, today's or a historic one.
///
/// It says how the machine is partitioned at boot and which allocator answers. `ContiguousSystem`
/// carries it out, so the same requests can be put to each.
public enum Strategy: Hashable, Sendable {
  /// Linux as it is: `dma_alloc` with the machine's own pools and CMA areas.
  case today
  /// The page allocator alone, with or without compaction: no area, no pool.
  case pageAllocator(compaction: Bool)
  /// `bigphysarea=PAGES`: so many pages at the lowest place, lost for everybody else.
  case bigphysarea(pages: UInt64)
  /// Android's `pmem`: one power-of-two allocator for each carve-out of board code.
  case pmem([PmemRegion])
  /// `mem=SIZE`: the RAM behind the first `visible` bytes is divided by convention.
  case memoryLimit(visible: ByteCount, [PoolDescription])
  /// ION's carve-out heaps, in the order in which they are tried.
  case ionCarveout([IONHeap])
  /// CMA as it was first proposed in 2010: private reservations, regions chosen by a map.
  case cma2010([CMA2010Region], map: [CMA2010Rule])
  /// CMA of early 2011: contexts that drivers allocate chunks from.
  case cma2011([CMA2011Context])
}

/// A `/dev/pmem*` region.
public struct PmemRegion: Hashable, Sendable {
  /// Its name, such as `pmem_adsp`.
  public let name: String
  /// Its memory, a carve-out.
  public let range: PhysicalRange
  /// `no_allocator`: one allocation of any size at its start.
  public let isSingle: Bool

  /// The region over `range`.
  public init(name: String, range: PhysicalRange, isSingle: Bool = false) {
    self.name = name
    self.range = range
    self.isSingle = isSingle
  }
}

/// A carve-out heap of ION.
public struct IONHeap: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its memory.
  public let range: PhysicalRange
  /// Whether a vendor's kernel takes the smallest run that fits, not the first.
  public let isBestFit: Bool

  /// The heap over `range`.
  public init(name: String, range: PhysicalRange, isBestFit: Bool = false) {
    self.name = name
    self.range = range
    self.isBestFit = isBestFit
  }
}

/// A region of `cma=` of 2010: `REGION=SIZE[@BASE][/ALIGN]`.
public struct CMA2010Region: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its size.
  public let size: ByteCount
  /// Where it has to be, or nil for the lowest place that is free.
  public let base: PhysicalAddress?
  /// What its base is a multiple of.
  public let alignment: Alignment

  /// The region of this size.
  public init(
    name: String,
    size: ByteCount,
    base: PhysicalAddress? = nil,
    alignment: Alignment = Alignment(shift: 12)
  ) {
    self.name = name
    self.size = size
    self.base = base
    self.alignment = alignment
  }
}

/// A rule of `cma_map=` of 2010: `DEVICE[/KIND]=REGION,REGION`.
public struct CMA2010Rule: Hashable, Sendable {
  /// The device, where `*` stands for any text and `?` for one character.
  public let device: String
  /// The kind of memory; nil stands for all.
  public let kind: String?
  /// The regions, in the order in which they are tried.
  public let regions: [String]

  /// The rule for devices of this name.
  public init(device: String, kind: String? = nil, regions: [String]) {
    self.device = device
    self.kind = kind
    self.regions = regions
  }
}

/// A context of early 2011's CMA (`cma_create`).
public struct CMA2011Context: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its memory.
  public let range: PhysicalRange
  /// What every chunk is aligned to at least.
  public let minimumAlignment: Alignment
  /// Whether its memory serves nobody else meanwhile.
  public let isPrivate: Bool

  /// The context over `range`.
  public init(
    name: String,
    range: PhysicalRange,
    minimumAlignment: Alignment = Alignment(shift: 12),
    isPrivate: Bool = false
  ) {
    self.name = name
    self.range = range
    self.minimumAlignment = minimumAlignment
    self.isPrivate = isPrivate
  }
}

/// Why a system can not be set up on a machine.
public enum StrategyError: Error, Hashable, Sendable {
  /// The machine itself can not be modelled.
  case machine(MachineError)
  /// A region is not memory throughout, or something else has reserved a part of it.
  case rangeNotFree(String)
  /// There is no place for a region of this size.
  case noRoom(String)
  /// `mem=` leaves this range to the kernel, or nobody has it.
  case rangeNotHidden(String)
  /// A rule names a region that is not there.
  case noSuchRegion(String)
}
