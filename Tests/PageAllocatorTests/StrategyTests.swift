import PhysicalMemory
import Testing

@testable import PageAllocator

@Suite struct BigPhysAreaTests {
  @Test func itLiesAtTheLowestFreePlaceAndIsLostToOthers() throws {
    var machine = machineOfToday()
    machine.reserved = PhysicalRegionSet([pages(0, 5)])
    let system = try ContiguousSystem(.bigphysarea(pages: 10), on: machine)
    #expect(system.regionReports().map(\.first) == [PageFrameNumber(5)])
    #expect(system.memory.freePageCount == 49)
    #expect(system.memory.cmaPageCount == 0)
    #expect(system.reservedBytes == bytes(10))
    #expect(system.idleBytes == bytes(10))
  }

  @Test func firstFitFromTheLowestRangeWithoutRounding() throws {
    var system = try ContiguousSystem(.bigphysarea(pages: 10), on: machineOfToday())
    let three = system.allocate(contiguous(3)).buffer
    #expect(three?.first == PageFrameNumber(0) && three?.pages == 3)
    // A gap before an aligned place stays free and is found again.
    #expect(system.first(contiguous(2, align: 14)) == 4)
    #expect(system.first(contiguous(1)) == 3)
    #expect(system.first(contiguous(5)) == nil)
    #expect(system.first(contiguous(4)) == 6)
    #expect(system.idleBytes == .zero)
    #expect(system.memory.checkInvariants() == nil)
  }

  @Test func freeingMergesWithBothNeighbours() throws {
    var system = try ContiguousSystem(.bigphysarea(pages: 9), on: machineOfToday())
    let buffers = try (0..<3).map { _ in try system.taken(contiguous(3)) }
    for index in [0, 2, 1] { system.free(buffers[index]) }
    #expect(system.regionReports()[0].largestFreePages == 9)
    #expect(system.first(contiguous(9)) == 0)
  }

  @Test func aMultipleThatIsNoPowerOfTwo() {
    var list = SortedFreeList(10..<30)
    #expect(list.takeFirstFit(4, alignment: 3) == 12..<16)
    #expect(list.free == [10..<12, 16..<30])
    #expect(list.takeFirstFit(15, alignment: 1) == nil)
  }

  @Test func withoutRoomItIsRefused() {
    #expect(throws: StrategyError.noRoom("bigphysarea")) {
      _ = try ContiguousSystem(.bigphysarea(pages: 65), on: machineOfToday())
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
      on: machineOfToday()
    )
  }

  @Test func sizesAreRoundedToPowersOfTwo() throws {
    var system = try system(32..<48)
    #expect(system.allocate(contiguous(5)).buffer?.pages == 8)
    #expect(system.first(contiguous(3)) == 40)
    #expect(system.idleBytes == bytes(4))
    #expect(system.first(contiguous(5)) == nil)
    #expect(system.first(contiguous(4)) == 44)
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
    #expect(system.first(contiguous(8, align: 15)) == 33)
    #expect(system.first(contiguous(8, align: 15)) == 41)
  }

  @Test func withoutAllocatorThereIsOneHolder() throws {
    var system = try system(32..<48, single: true)
    let buffer = try system.taken(contiguous(3))
    #expect(buffer.first == PageFrameNumber(32))
    #expect(system.allocate(contiguous(1)).result == .failure(.noRoom))
    system.free(buffer)
    #expect(system.first(contiguous(16)) == 32)
    var other = try self.system(32..<48, single: true)
    #expect(other.first(contiguous(17)) == nil)
  }
}

@Suite struct MemoryLimitTests {
  @Test func whatLiesBehindIsDividedByConvention() throws {
    let parts = [
      PoolDescription(name: "camera", range: pages(40, 48)),
      PoolDescription(name: "display", range: pages(48, 64)),
    ]
    var system = try ContiguousSystem(.memoryLimit(visible: bytes(40), parts), on: machineOfToday())
    #expect(system.memory.freePageCount == 40)
    #expect(system.memory.block(holding: PageFrameNumber(50)) == nil)
    #expect(system.first(contiguous(16, ["display"])) == 48)
    #expect(system.allocate(contiguous(1, ["display"])).result == .failure(.noRoom))
    #expect(system.allocate(contiguous(9, ["camera"])).result == .failure(.noRoom))
    #expect(system.first(contiguous(2, ["camera"])) == 40)
    #expect(system.allocate(contiguous(1, ["dsp"])).result == .failure(.noSuchRegion))
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
    var system = try ContiguousSystem(.ionCarveout(heaps), on: machineOfToday())
    #expect(system.first(contiguous(5)) == 32)
    #expect(system.first(contiguous(3)) == 37)
    #expect(system.first(contiguous(1)) == 40)
    // A mask leaves a heap out.
    #expect(system.first(contiguous(1, ["video"])) == nil)
    #expect(system.allocate(contiguous(20)).result == .failure(.noRoom))
  }

  @Test func alignmentAboveAPageIsRefused() throws {
    let heaps = [IONHeap(name: "video", range: pages(32, 40))]
    var system = try ContiguousSystem(.ionCarveout(heaps), on: machineOfToday())
    #expect(system.allocate(contiguous(1, align: 13)).result == .failure(.alignmentUnsupported))
    #expect(system.first(contiguous(1, align: 12)) == 32)
  }

  @Test(arguments: [(false, UInt64(32)), (true, UInt64(44))])
  func aVendorsHeapTakesTheSmallestRun(isBestFit: Bool, expected: UInt64) throws {
    let heap = IONHeap(name: "video", range: pages(32, 48), isBestFit: isBestFit)
    var system = try ContiguousSystem(.ionCarveout([heap]), on: machineOfToday())
    // Runs of ten and of four pages stay free.
    let hole = try system.taken(contiguous(10))
    #expect(system.first(contiguous(2)) == 42)
    system.free(hole)
    #expect(system.first(contiguous(3)) == expected)
  }
}

@Suite struct StrategySideBySideTests {
  @Test func todayAndThePageAllocatorAlone() throws {
    var today = try ContiguousSystem(.today, on: machineOfToday())
    #expect(today.allocate(contiguous(12)).buffer?.first == PageFrameNumber(32))
    var alone = try ContiguousSystem(.pageAllocator(compaction: true), on: machineOfToday())
    #expect(alone.allocate(contiguous(16)).buffer?.pages == 16)
    #expect(alone.allocate(contiguous(17)).result == .failure(.dma(.aboveLargestBlock)))
    #expect(alone.allocate(contiguous(0)).result == .failure(.nothingAsked))
  }

  @Test func compactionMakesBlocksThatThePageAllocatorAloneHasNot() throws {
    for (compaction, isServed) in [(true, true), (false, false)] {
      var system = try ContiguousSystem(
        .pageAllocator(compaction: compaction),
        on: machineOfToday()
      )
      let taken = try (0..<64).map { _ in
        try system.memory.allocatePages(PageRequest(use: .anonymous))
      }
      for page in taken where page.rawValue % 2 == 0 { system.memory.freePages(at: page) }
      #expect((system.allocate(contiguous(4)).buffer != nil) == isServed)
    }
  }

  @Test func aRangeThatIsTakenIsRefused() {
    let machine = smallMachine(64, reserved: [pages(34, 35)])
    let strategies: [Strategy] = [
      .pmem([PmemRegion(name: "x", range: pages(32, 40))]),
      .ionCarveout([IONHeap(name: "x", range: pages(32, 40))]),
      .cma2011([CMA2011Context(name: "x", range: pages(32, 40))]),
      .cma2010(
        [CMA2010Region(name: "x", size: bytes(8), base: PhysicalAddress(32 << 12))],
        map: []
      ),
      .pmem([PmemRegion(name: "x", range: pages(60, 80))]),
    ]
    for strategy in strategies {
      #expect(throws: StrategyError.rangeNotFree("x")) {
        _ = try ContiguousSystem(strategy, on: machine)
      }
    }
  }
}
