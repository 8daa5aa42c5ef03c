import PhysicalMemory

/// Linux's page allocator with CMA, page by page: buddy lists with migrate types, zones, watermarks,
/// fallback and stealing, migration, reclaim, CMA bitmaps, coherent and atomic pools, `dma_alloc`.
///
/// It is built from a `Machine` and then told what happens: `allocatePages` and `freePages` for the
/// rest of the system, `dmaAllocate` and `dmaFree` for drivers, pins, writeback. It answers where
/// each request went, why it failed, and who holds what. Nothing is random and nothing depends on a
/// clock: the same calls give the same pages.
///
/// **Layout.** Pages have positions, dense numbers that leave out the holes between banks: a *span*
/// is a run of whole largest blocks in one zone, and a zone's spans lie one after the other. So the
/// buddy of a position is never in another zone or outside memory. `PageTable` has a tag and a slot
/// a page: its place in a list while the page heads a free block, owner and use while it heads a
/// block in use; the other pages of a block have the tag zero. One `Pageblock` a pageblock holds its type.
///
/// **One processor, no per-CPU lists.** Freed pages go to the buddy lists at once. Background
/// reclaim (`kswapd`) runs to its end as soon as the request that woke it is over.
///
/// The rules are those of Linux 6.1, `mm/page_alloc.c` and `mm/cma.c`, unless a comment says else.
public struct PageAllocator: ~Copyable, Sendable {
  /// The machine that is modelled.
  public let machine: Machine

  let pageblockOrder: Int
  let maxOrder: Int
  /// Whether any watermark holds allocations back.
  let hasWatermarks: Bool
  /// The zone kinds whose requests set `ALLOC_NOFRAGMENT`, a bit each.
  var noFragmentKinds: UInt8 = 0
  /// For each zone kind, a byte each, the first zone that a request for it looks at.
  var preferredZones: UInt64 = .max
  /// For each use and zone kind the preferred zone and the type, as in `maskIndex`, of requests for
  /// single pages of a use that reclaim does not drop.
  ///
  /// All others have the number after those of the zones, whose lists are always empty.
  var pagePlans: FlatMemory<UInt8>
  /// Pages in a pageblock.
  var pageblockPages: Int { 1 << pageblockOrder }

  /// What is known of the page at each position, and the links of the free lists.
  var words: PageTable
  /// One entry a pageblock of positions.
  var pageblocks: FlatMemory<Pageblock>
  /// Counters and limits of each zone, in the machine's order.
  var zones: FlatMemory<ZoneState>
  /// `lowmem_reserve`: for each zone, the pages it keeps from requests of each zone kind.
  var lowmemReserve: FlatMemory<Int>
  /// The span with the most pages, which is asked first.
  var widestSpan = WideSpan()
  /// The runs of positions, ascending both by page number and by position.
  var spans: FlatMemory<Span>
  /// All bitmaps, one after the other.
  var bits: FlatMemory<UInt64>

  var areas: [CMAAreaState] = []
  var coherentPools: [PoolState] = []
  var atomicPools: [AtomicPoolState] = []
  var restrictedPools: [PoolState] = []
  /// Whether `page_group_by_mobility_disabled` is off.
  var groupsByMobility = true
  /// Pages swapped out now.
  var swappedPages: UInt64 = 0
  /// The pageblock at which reclaim goes on.
  var reclaimHand = 0
  /// The zone kind for which background reclaim was woken and has not run yet.
  var backgroundReclaimFor: ZoneKind?
  /// The next free word of `bits`.
  var nextBitmapWord = 0
  /// What moved or was dropped since the caller last asked, if it wants to know.
  var relocationLog: RelocationLog
  /// Whether pages that nothing holds are moved in batches; tests compare that with moving them one by
  /// one.
  var movesInBatches = true
  /// Whether moves and drops are kept for `takeRelocations`.
  public var recordsRelocations = false

  /// Who is told of events, see `trace`.
  var eventTrace: (@Sendable (AllocatorEvent) -> Void)?
  var isTraced = false
  /// The processor's own lists, if there are any.
  var processor: ProcessorLists?

  /// Counts of what the allocator did since boot.
  public internal(set) var statistics = AllocatorStatistics()

  /// The machine as it is when user space starts: free lists filled, CMA areas active, atomic pools
  /// taken, watermarks set.
  ///
  /// - Complexity: O(pages).
  public init(_ machine: Machine) throws(MachineError) {
    let plan = try BootPlan(machine)
    self.machine = machine
    pageblockOrder = Int(machine.pageblockOrder.rawValue)
    maxOrder = Int(machine.maxOrder.rawValue)
    hasWatermarks = machine.watermarks != .off
    relocationLog = RelocationLog()
    let zoneCount = machine.zones.count
    // One more than the zones have: see `pagePlans`.
    let maskCount = zoneCount * Self.typeStride + 1
    words = PageTable(
      pages: plan.positions,
      lists: maskCount * Self.orderStride,
      maxOrder: maxOrder
    )
    pagePlans = FlatMemory(repeating: UInt8(maskCount - 1), count: PageRequest.planCount)
    pageblocks = FlatMemory(
      repeating: Pageblock(type: .movable, zone: 0),
      count: plan.positions >> Int(machine.pageblockOrder.rawValue)
    )
    zones = FlatMemory(repeating: ZoneState(kind: .normal), count: zoneCount)
    lowmemReserve = FlatMemory(repeating: 0, count: zoneCount * ZoneKind.allCases.count)
    spans = FlatMemory(repeating: Span.none, count: plan.spans.count)
    bits = FlatMemory(repeating: 0, count: plan.bitmapWords)
    boot(plan)
  }

  static let typeStride = 8
  static let orderStride = 16
}

/// What a pageblock is used for.
struct Pageblock: BitwiseCopyable, Sendable {
  /// Zone and type: the number of its lists, as `maskIndex` has it.
  private(set) var mask: UInt8
  /// Pages in it that reclaim can drop at once.
  var droppable: UInt16 = 0

  @inline(__always) init(type: MigrateType, zone: Int) {
    mask = type.rawValue | UInt8(zone) &<< 3
  }

  /// Whether its free pages count as free, and not as those of a CMA area.
  @inline(__always) var isOrdinary: Bool { mask & MigrateType.cma.rawValue == 0 }

  @inline(__always) var type: MigrateType {
    get { MigrateType(bits: mask & 7) }
    set { mask = mask & ~7 | newValue.rawValue }
  }
  @inline(__always) var zone: Int { Int(truncatingIfNeeded: mask &>> 3) }
}

/// Counters and limits of a zone, in pages.
struct ZoneState: BitwiseCopyable, Sendable {
  let kind: ZoneKind
  /// `NR_FREE_PAGES`: isolated pages are not in it.
  var free = 0
  /// `NR_FREE_CMA_PAGES`.
  var freeCMA = 0
  /// `managed_pages`.
  var managed = 0
  /// The positions of the zone: `first` up to `end`.
  var first = 0
  var end = 0
  /// Watermarks without boost.
  var minimum = 0
  var low = 0
  var high = 0
  /// `watermark_boost`.
  var boost = 0
  /// `nr_reserved_highatomic`.
  var highAtomic = 0
  /// Compaction runs skipped since the last one that failed, of 2^`deferShift`.
  var deferCount: UInt8 = 0
  var deferShift: UInt8 = 0
  /// The smallest order for which compaction failed (`compact_order_failed`).
  var deferOrder: UInt8 = 0
  /// Make the size a power of two.
  private var padding = (0, 0, 0, 0)

  init(kind: ZoneKind) { self.kind = kind }
}

/// A run of whole largest blocks of one zone.
struct Span: BitwiseCopyable, Sendable {
  /// The first and the end page that are in the zone and next to memory.
  let start: UInt64
  let end: UInt64
  /// `start` rounded down to a largest block: the page at position `base`.
  let alignedStart: UInt64
  let base: Int
  /// The number of positions.
  let count: Int
  let zone: Int

  /// The number of the page at a position of the span.
  func page(at position: Int) -> UInt64 { alignedStart + UInt64(position - base) }

  static let none = Span(start: 0, end: 0, alignedStart: 0, base: 0, count: 0, zone: 0)
}

/// What finding pages takes of a span: its first page, the number of pages from there, the position
/// of that page.
struct WideSpan: BitwiseCopyable, Sendable {
  var start: UInt64 = 0
  var pages: UInt64 = 0
  var base = 0
}
