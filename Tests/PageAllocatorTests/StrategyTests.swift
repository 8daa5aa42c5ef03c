import PhysicalMemory
import Testing

@testable import PageAllocator

private func bytes(_ pages: UInt64) -> ByteCount { PageSize.kib4.bytes(of: pages) }

private func request(
  _ pages: UInt64,
  _ regions: [String] = [],
  align: UInt8 = 0,
  device: String = "",
  kind: String? = nil
) -> ContiguousRequest {
  ContiguousRequest(
    device: DMADevice(owner: OwnerID(3)),
    deviceName: device,
    kind: kind,
    regions: regions,
    size: bytes(pages),
    alignment: Alignment(shift: align)
  )
}

extension ContiguousSystem {
  /// The first page of what was given, or nil.
  fileprivate mutating func first(_ request: ContiguousRequest) -> UInt64? {
    allocate(request).buffer?.first.rawValue
  }

  /// What was given; the macros of the tests take no call that changes a value without copies.
  fileprivate mutating func taken(_ request: ContiguousRequest) throws -> ContiguousBuffer {
    let buffer = allocate(request).buffer
    return try #require(buffer)
  }

  fileprivate mutating func chunk(_ pages: UInt64) throws -> ContiguousBuffer {
    let chunk = allocateChunk("cma", bytes(pages))
    return try #require(chunk)
  }
}

/// 64 pages; today 32 to 63 are an area.
private func machine() -> Machine {
  var machine = smallMachine(64, areas: [pages(32, 64)])
  machine.defaultCMAArea = CMAAreaID(0)
  return machine
}

@Suite struct BigPhysAreaTests {
  @Test func itLiesAtTheLowestFreePlaceAndIsLostToOthers() throws {
    var machine = machine()
    machine.reserved = PhysicalRegionSet([pages(0, 5)])
    let system = try ContiguousSystem(.bigphysarea(pages: 10), on: machine)
    #expect(system.regionReports().map(\.first) == [PageFrameNumber(5)])
    #expect(system.memory.freePageCount == 49)
    #expect(system.memory.cmaPageCount == 0)
    #expect(system.reservedBytes == bytes(10))
    #expect(system.idleBytes == bytes(10))
  }

  @Test func firstFitFromTheLowestRangeWithoutRounding() throws {
    var system = try ContiguousSystem(.bigphysarea(pages: 10), on: machine())
    let three = system.allocate(request(3)).buffer
    #expect(three?.first == PageFrameNumber(0) && three?.pages == 3)
    // A gap before an aligned place stays free and is found again.
    #expect(system.first(request(2, align: 14)) == 4)
    #expect(system.first(request(1)) == 3)
    #expect(system.first(request(5)) == nil)
    #expect(system.first(request(4)) == 6)
    #expect(system.idleBytes == .zero)
    #expect(system.memory.checkInvariants() == nil)
  }

  @Test func freeingMergesWithBothNeighbours() throws {
    var system = try ContiguousSystem(.bigphysarea(pages: 9), on: machine())
    let buffers = try (0..<3).map { _ in try system.taken(request(3)) }
    for index in [0, 2, 1] { system.free(buffers[index]) }
    #expect(system.regionReports()[0].largestFreePages == 9)
    #expect(system.first(request(9)) == 0)
  }

  @Test func aMultipleThatIsNoPowerOfTwo() {
    var list = SortedFreeList(10..<30)
    #expect(list.takeFirstFit(4, alignment: 3) == 12..<16)
    #expect(list.free == [10..<12, 16..<30])
    #expect(list.takeFirstFit(15, alignment: 1) == nil)
  }

  @Test func withoutRoomItIsRefused() {
    #expect(throws: StrategyError.noRoom("bigphysarea")) {
      _ = try ContiguousSystem(.bigphysarea(pages: 65), on: machine())
    }
  }
}

@Suite struct PmemTests {
  private func system(_ pages: Range<UInt64>, single: Bool = false) throws -> ContiguousSystem {
    let range = PhysicalRange(
      start: PageFrameNumber(pages.lowerBound).address(.kib4),
      end: PageFrameNumber(pages.upperBound).address(.kib4)
    )
    return try ContiguousSystem(
      .pmem([PmemRegion(name: "pmem", range: range, isSingle: single)]),
      on: machine()
    )
  }

  @Test func sizesAreRoundedToPowersOfTwo() throws {
    var system = try system(32..<48)
    #expect(system.allocate(request(5)).buffer?.pages == 8)
    #expect(system.first(request(3)) == 40)
    #expect(system.idleBytes == bytes(4))
    #expect(system.first(request(5)) == nil)
    #expect(system.first(request(4)) == 44)
  }

  @Test func aBlockOfTheVerySizeWinsOverAnEarlierLargerOne() {
    // 13 pages: blocks of 8, 4 and 1.
    var bitmap = PmemBitmap(count: 13)
    #expect(bitmap.freeBlocks.map(\.order) == [3, 2, 0])
    #expect(bitmap.allocate(order: 0) == 12)
    #expect(bitmap.allocate(order: 1) == 8)
    #expect(bitmap.freeBlocks.map(\.first) == [0, 10])
    #expect(bitmap.allocate(order: 3) == 0)
    #expect(bitmap.allocate(order: 2) == nil)
  }

  @Test func buddiesMergeWithinTheirFirstBlocksOnly() {
    var bitmap = PmemBitmap(count: 12)
    let pages = (0..<12).compactMap { _ in bitmap.allocate(order: 0) }
    #expect(pages.count == 12)
    #expect(bitmap.allocate(order: 0) == nil)
    for page in pages { #expect(bitmap.free(page) == 1) }
    #expect(bitmap.freeBlocks.map(\.order) == [3, 2])
    #expect(bitmap.free(0) == nil)
  }

  @Test func alignmentIsToTheRegionsBaseAlone() throws {
    var system = try system(33..<49)
    // Eight pages lie at a multiple of eight from page 33, whatever is asked.
    #expect(system.first(request(8, align: 15)) == 33)
    #expect(system.first(request(8, align: 15)) == 41)
  }

  @Test func withoutAllocatorThereIsOneHolder() throws {
    var system = try system(32..<48, single: true)
    let buffer = try system.taken(request(3))
    #expect(buffer.first == PageFrameNumber(32))
    #expect(system.allocate(request(1)).result == .failure(.noRoom))
    system.free(buffer)
    #expect(system.first(request(16)) == 32)
    var other = try self.system(32..<48, single: true)
    #expect(other.first(request(17)) == nil)
  }
}

@Suite struct MemoryLimitTests {
  @Test func whatLiesBehindIsDividedByConvention() throws {
    let parts = [
      PoolDescription(name: "camera", range: pages(40, 48)),
      PoolDescription(name: "display", range: pages(48, 64)),
    ]
    var system = try ContiguousSystem(.memoryLimit(visible: bytes(40), parts), on: machine())
    #expect(system.memory.freePageCount == 40)
    #expect(system.memory.block(holding: PageFrameNumber(50)) == nil)
    #expect(system.first(request(16, ["display"])) == 48)
    #expect(system.allocate(request(1, ["display"])).result == .failure(.noRoom))
    #expect(system.allocate(request(9, ["camera"])).result == .failure(.noRoom))
    #expect(system.first(request(2, ["camera"])) == 40)
    #expect(system.allocate(request(1, ["dsp"])).result == .failure(.noSuchRegion))
    #expect(system.idleBytes == .zero)
  }

  @Test func theLimitIsAnAmountNotAnAddress() throws {
    var machine = smallMachine(64)
    machine.memory = PhysicalRegionSet([pages(0, 16), pages(32, 64)])
    let part = PoolDescription(name: "tail", range: pages(48, 64))
    let system = try ContiguousSystem(.memoryLimit(visible: bytes(32), [part]), on: machine)
    #expect(system.memory.freePageCount == 32)
    let early = PoolDescription(name: "early", range: pages(40, 56))
    #expect(throws: StrategyError.rangeNotHidden("early")) {
      _ = try ContiguousSystem(.memoryLimit(visible: bytes(32), [early]), on: machine)
    }
  }
}

@Suite struct IONTests {
  @Test func heapsAreTriedInOrderByFirstFit() throws {
    let heaps = [
      IONHeap(name: "video", range: pages(32, 40)), IONHeap(name: "spare", range: pages(40, 56)),
    ]
    var system = try ContiguousSystem(.ionCarveout(heaps), on: machine())
    #expect(system.first(request(5)) == 32)
    #expect(system.first(request(3)) == 37)
    #expect(system.first(request(1)) == 40)
    // A mask leaves a heap out.
    #expect(system.first(request(1, ["video"])) == nil)
    #expect(system.allocate(request(20)).result == .failure(.noRoom))
  }

  @Test func alignmentAboveAPageIsRefused() throws {
    let heaps = [IONHeap(name: "video", range: pages(32, 40))]
    var system = try ContiguousSystem(.ionCarveout(heaps), on: machine())
    #expect(system.allocate(request(1, align: 13)).result == .failure(.alignmentUnsupported))
    #expect(system.first(request(1, align: 12)) == 32)
  }

  @Test(arguments: [(false, UInt64(32)), (true, UInt64(44))])
  func aVendorsHeapTakesTheSmallestRun(isBestFit: Bool, expected: UInt64) throws {
    let heap = IONHeap(name: "video", range: pages(32, 48), isBestFit: isBestFit)
    var system = try ContiguousSystem(.ionCarveout([heap]), on: machine())
    // Runs of ten and of four pages stay free.
    let hole = try system.taken(request(10))
    #expect(system.first(request(2)) == 42)
    system.free(hole)
    #expect(system.first(request(3)) == expected)
  }
}

@Suite struct CMA2010Tests {
  private let regions = [
    CMA2010Region(name: "a", size: bytes(8), base: PageFrameNumber(32).address(.kib4)),
    CMA2010Region(name: "b", size: bytes(16), alignment: Alignment(shift: 15)),
  ]

  @Test func theMapChoosesRegionsInOrder() throws {
    let map = [
      CMA2010Rule(device: "s5p-fimc.?", kind: "b", regions: ["b"]),
      CMA2010Rule(device: "s5p-*", regions: ["a", "b"]),
    ]
    var machine = machine()
    machine.reserved = PhysicalRegionSet([pages(0, 3)])
    var system = try ContiguousSystem(.cma2010(regions, map: map), on: machine)
    // `b` was given the lowest place that is aligned.
    #expect(system.regionReports().map(\.first.rawValue) == [32, 8])
    #expect(system.first(request(4, device: "s5p-mfc")) == 32)
    #expect(system.first(request(6, device: "s5p-mfc")) == 8)
    #expect(system.first(request(1, device: "s5p-fimc.0", kind: "b")) == 14)
    #expect(system.allocate(request(1, device: "uart")).result == .failure(.noSuchRegion))
    // The reservations are lost for everybody else: nothing migrates.
    #expect(system.memory.freePageCount == 64 - 3 - 24)
  }

  @Test func bestFitTakesTheSmallestHole() throws {
    let rule = CMA2010Rule(device: "*", regions: ["b"])
    var system = try ContiguousSystem(.cma2010(regions, map: [rule]), on: machine())
    let buffers = try [6, 2, 3, 1, 4].map { try system.taken(request($0)) }
    system.free(buffers[0])
    system.free(buffers[2])
    // Holes of six and of three pages: three pages go to the smaller, though it lies higher.
    #expect(system.first(request(3)) == 8)
    #expect(system.first(request(4)) == 0)
  }

  @Test func aRuleNamesARegionThatIsThere() {
    let rule = CMA2010Rule(device: "*", regions: ["c"])
    #expect(throws: StrategyError.noSuchRegion("c")) {
      _ = try ContiguousSystem(.cma2010(regions, map: [rule]), on: machine())
    }
  }

  @Test(arguments: [
    ("s5p-*", "s5p-mfc", true), ("*", "", true), ("a?c", "abc", true), ("a?c", "ac", false),
    ("*.1", "x.1.1", true), ("*.1", "x.1.2", false), ("a*b*c", "aXbYbZc", true),
  ])
  func wildcards(pattern: String, text: String, expected: Bool) {
    #expect(WildcardPattern(pattern).matches(text) == expected)
  }
}

@Suite struct CMA2011Tests {
  private func system(isPrivate: Bool, minimum: UInt8 = 12) throws -> ContiguousSystem {
    let context = CMA2011Context(
      name: "cma",
      range: pages(32, 64),
      minimumAlignment: Alignment(shift: minimum),
      isPrivate: isPrivate
    )
    return try ContiguousSystem(.cma2011([context]), on: machine())
  }

  @Test func aContextsMemoryServesOthersMeanwhileUnlessItIsPrivate() throws {
    #expect(try system(isPrivate: false).memory.freePageCount == 64)
    #expect(try system(isPrivate: false).idleBytes == .zero)
    #expect(try system(isPrivate: true).memory.freePageCount == 32)
    #expect(try system(isPrivate: true).idleBytes == bytes(32))
  }

  @Test func movablePagesComeToItLast() throws {
    var system = try system(isPrivate: false)
    // Half of memory free in the area: today's kernel would take turns.
    let taken = try (0..<32).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    #expect(taken.allSatisfy { $0.rawValue < 32 })
    let next = try system.memory.allocatePages(PageRequest(use: .anonymous))
    #expect(next.rawValue >= 32)
    #expect(throws: AllocationFailure.outOfMemory) {
      _ = try system.memory.allocatePages(PageRequest(use: .unmovable))
    }
  }

  @Test func otherTypesAreStolenFromFirst() throws {
    var early = machine()
    early.cmaUse = .beforeFallback
    for (strategy, isInArea) in [
      (Strategy.today, true),
      (.cma2011([CMA2011Context(name: "cma", range: pages(32, 64))]), false),
    ] {
      var system = try ContiguousSystem(strategy, on: early)
      // Every pageblock below the area becomes unmovable; then half of their pages are free again.
      let taken = try (0..<32).map { _ in
        try system.memory.allocatePages(PageRequest(use: .unmovable))
      }
      for page in taken where page.rawValue % 2 == 0 { system.memory.freePages(at: page) }
      let page = try system.memory.allocatePages(PageRequest(use: .anonymous))
      #expect((page.rawValue >= 32) == isInArea)
    }
  }

  @Test func pagesAreMovedOutAndComeBack() throws {
    var system = try system(isPrivate: false)
    let taken = try (0..<44).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    for page in taken.prefix(20) { system.memory.freePages(at: page) }
    let outcome = system.allocate(request(32))
    #expect(outcome.buffer?.first == PageFrameNumber(32))
    #expect(outcome.pagesMigrated == 12)
    #expect(system.memory.checkInvariants() == nil)
    system.free(try #require(outcome.buffer))
    #expect(system.regionReports()[0].largestFreePages == 32)
    #expect(system.memory.checkInvariants() == nil)
  }

  @Test func onePinnedPageMakesTheCallFailAtOnce() throws {
    var system = try system(isPrivate: false)
    let taken = try (0..<33).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    let last = PageFrameNumber(33)
    let moved = try system.memory.movePage(#require(taken.last), to: last)
    #expect(moved)
    system.memory.pin(last)
    for page in taken.dropLast() { system.memory.freePages(at: page) }
    // Room for four pages is there behind the pinned one, but no other place is tried.
    #expect(system.allocate(request(4)).result == .failure(.busy))
    #expect(system.regionReports()[0].usedPages == 0)
    system.memory.unpin(last)
    #expect(system.first(request(4)) == 32)
  }

  @Test func chunksAreAlignedPinnedAndFreed() throws {
    var system = try system(isPrivate: true, minimum: 14)
    let chunk = try system.chunk(3)
    let other = try system.chunk(1)
    #expect([chunk.first.rawValue, other.first.rawValue] == [32, 36])
    #expect(chunk.pages == 3)
    let address = system.pinChunk(chunk)
    #expect(address == PhysicalAddress(32 << 12))
    system.unpinChunk(chunk)
    system.freeChunk(chunk)
    let aligned = system.allocateChunk("cma", bytes(1), alignment: Alignment(shift: 15))
    #expect(aligned?.first == PageFrameNumber(32))
    let none = system.allocateChunk("none", bytes(1))
    #expect(none == nil)
  }
}

@Suite struct StrategySideBySideTests {
  @Test func todayAndThePageAllocatorAlone() throws {
    var today = try ContiguousSystem(.today, on: machine())
    #expect(today.allocate(request(12)).buffer?.first == PageFrameNumber(32))
    var alone = try ContiguousSystem(.pageAllocator(compaction: true), on: machine())
    #expect(alone.allocate(request(16)).buffer?.pages == 16)
    #expect(alone.allocate(request(17)).result == .failure(.dma(.aboveLargestBlock)))
    #expect(alone.allocate(request(0)).result == .failure(.nothingAsked))
  }

  @Test func compactionMakesBlocksThatThePageAllocatorAloneHasNot() throws {
    for (compaction, isServed) in [(true, true), (false, false)] {
      var system = try ContiguousSystem(.pageAllocator(compaction: compaction), on: machine())
      let taken = try (0..<64).map { _ in
        try system.memory.allocatePages(PageRequest(use: .anonymous))
      }
      for page in taken where page.rawValue % 2 == 0 { system.memory.freePages(at: page) }
      #expect((system.allocate(request(4)).buffer != nil) == isServed)
    }
  }

  @Test func aRangeThatIsTakenIsRefused() {
    let machine = smallMachine(64, reserved: [pages(34, 35)])
    let strategies: [Strategy] = [
      .pmem([PmemRegion(name: "x", range: pages(32, 40))]),
      .ionCarveout([IONHeap(name: "x", range: pages(32, 40))]),
      .cma2011([CMA2011Context(name: "x", range: pages(32, 40))]),
      .cma2010([CMA2010Region(name: "x", size: bytes(8), base: PhysicalAddress(32 << 12))], map: []),
      .pmem([PmemRegion(name: "x", range: pages(60, 80))]),
    ]
    for strategy in strategies {
      #expect(throws: StrategyError.rangeNotFree("x")) {
        _ = try ContiguousSystem(strategy, on: machine)
      }
    }
  }
}
