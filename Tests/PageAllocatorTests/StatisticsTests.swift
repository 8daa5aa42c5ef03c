import PhysicalMemory
import Testing

@testable import PageAllocator

private let area = CMAAreaID(0)

/// A machine of 64 pages with single pages in use at every position that `isUsed` says.
private func scattered(
  _ machine: Machine = smallMachine(64),
  _ isUsed: (UInt64) -> Bool
) throws -> PageAllocator {
  var engine = try PageAllocator(machine)
  var taken: [PageFrameNumber] = []
  while engine.freePageCount > 0 {
    taken.append(try engine.allocatePages(PageRequest(use: .anonymous, mayWait: false)))
  }
  for page in taken where !isUsed(page.rawValue) { engine.freePages(at: page) }
  return engine
}

@Suite struct FragmentationTests {
  @Test func freeMemoryInOneBlockIsUsable() throws {
    let engine = try PageAllocator(smallMachine(64))
    #expect(engine.unusableFreeIndices(.normal) == [0, 0, 0, 0, 0])
    #expect(engine.fragmentationIndices(.normal) == [-1000, -1000, -1000, -1000, -1000])
  }

  @Test func everyOtherPageFreeIsScattered() throws {
    let engine = try scattered { $0 & 1 == 0 }
    // 32 blocks of one page each.
    #expect(engine.unusableFreeIndices(.normal) == [0, 1000, 1000, 1000, 1000])
    // 1000 - (1000 + 32000 / 2^order) / 32.
    #expect(engine.fragmentationIndices(.normal) == [-1000, 469, 719, 844, 907])
  }

  @Test func aMixtureIsInBetween() throws {
    // 8 single pages, and a block of 16.
    let engine = try scattered { $0 < 48 && ($0 >= 16 || $0 & 1 == 1) }
    #expect(engine.unusableFreeIndices(.normal) == [0, 333, 333, 333, 333])
    #expect(engine.fragmentationIndices(.normal) == [-1000, -1000, -1000, -1000, -1000])
  }

  @Test func withNothingFreeAllIsUnusable() throws {
    let engine = try scattered { _ in true }
    #expect(engine.unusableFreeIndices(.normal) == [1000, 1000, 1000, 1000, 1000])
    #expect(engine.fragmentationIndices(.normal) == [0, 0, 0, 0, 0])
  }
}

@Suite struct CounterTests {
  @Test func areasCountRequestsAndPages() throws {
    var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 64)]))
    _ = engine.allocateCMA(area, pages: 20)
    _ = engine.allocateCMA(area, pages: 20)
    _ = engine.allocateCMA(area, pages: 33)
    let counters = Dictionary(uniqueKeysWithValues: engine.statistics.vmstat.map { ($0, $1) })
    #expect(counters["cma_alloc_success"] == 1)
    #expect(counters["cma_alloc_fail"] == 2)
    #expect(engine.report(area).pagesServed == 20)
    #expect(engine.report(area).pagesRefused == 53)
  }

  @Test func theAtomicPoolsAreCounted() throws {
    let engine = try PageAllocator(virtBoard(ram: .mib(1024), cma: mib(0x700, 64)))
    #expect(engine.statistics.cmaSuccesses == UInt64(engine.atomicPoolReports().count))
  }

  @Test func compactionCountsStallsWithTheirEnds() throws {
    var engine = try scattered { $0 & 1 == 0 && $0 < 32 }
    _ = try engine.allocatePages(PageRequest(order: Order(4), use: .unmovable))
    _ = try engine.allocatePages(PageRequest(order: Order(4), use: .unmovable))
    #expect(engine.statistics.compactStalls == 0)
    // 32 pages in use at the other end, scattered: a block of 16 has to be made.
    let block = try engine.allocatePages(PageRequest(order: Order(3), use: .anonymous))
    #expect(block.rawValue < 32)
    #expect(engine.statistics.compactStalls == 1)
    #expect(engine.statistics.compactSuccesses == 1)
    #expect(engine.statistics.compactFailures == 0)
    #expect(engine.statistics.compactIsolated > 0)
    #expect(engine.statistics.compactMigrateScanned > 0)
    #expect(engine.statistics.compactFreeScanned > 0)
    // What can not be made: more than is free.
    #expect(throws: AllocationFailure.outOfMemory) {
      try engine.allocatePages(PageRequest(order: Order(4), use: .anonymous))
    }
    let after = engine.statistics
    #expect(after.compactStalls == after.compactSuccesses + after.compactFailures)
  }

  @Test func pagesThatStayAreCounted() throws {
    var engine = try scattered(smallMachine(64, areas: [pages(32, 64)])) { $0 >= 32 }
    engine.pin(PageFrameNumber(40))
    _ = engine.allocateCMA(area, pages: 32)
    // A pinned anonymous page is passed by before it is isolated.
    #expect(engine.statistics.pagesNotMigrated == 0)
    #expect(engine.statistics.cmaFailures == 1)
  }
}

@Suite struct HighAtomicTests {
  private func machine() -> Machine {
    var machine = smallMachine(1024)
    machine.watermarks = .minimumFree(.kib(256))
    return machine
  }

  /// Memory down to the minimum watermark, so that atomic requests get what others do not.
  private func tight(_ taken: inout [PageFrameNumber]) throws -> PageAllocator {
    var engine = try PageAllocator(machine())
    while let page = try? engine.allocatePages(PageRequest(use: .unmovable, effort: .light)) {
      taken.append(page)
    }
    return engine
  }

  @Test func anAtomicBlockMakesItsPageblockAReserve() throws {
    var taken: [PageFrameNumber] = []
    var engine = try tight(&taken)
    let free = engine.freePageCount
    let atomic = PageRequest(order: Order(1), use: .unmovable, mayWait: false)
    let block = try engine.allocatePages(atomic)
    let position = engine.knownPosition(block.rawValue)
    #expect(engine.pageblockType(at: position) == .highAtomic)
    #expect(engine.zones[0].highAtomic == 8)
    #expect(engine.freePageCount == free - 2)
    // The rest of the pageblock is on the lists of the reserve, and serves the next one.
    #expect(
      engine.freeBlocks(.normal, .highAtomic).enumerated().reduce(0) { $0 + $1.1 << $1.0 } == 6
    )
    let next = try engine.allocatePages(atomic)
    #expect(next.rawValue >> 3 == block.rawValue >> 3)
    #expect(engine.zones[0].highAtomic == 8)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func singlePagesMakeNoReserve() throws {
    var taken: [PageFrameNumber] = []
    var engine = try tight(&taken)
    _ = try engine.allocatePages(PageRequest(use: .unmovable, mayWait: false))
    #expect(engine.zones[0].highAtomic == 0)
  }

  @Test func theReserveEndsAtAHundredthOfTheZoneAndABlock() throws {
    var taken: [PageFrameNumber] = []
    var engine = try tight(&taken)
    while (try? engine.allocatePages(PageRequest(order: Order(3), use: .unmovable, mayWait: false)))
      != nil
    {}
    // 1024 / 100 + 8 is 18: the third pageblock starts below that.
    #expect(engine.zones[0].highAtomic == 24)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func whoMayWaitGetsItBackBeforeItFails() throws {
    var taken: [PageFrameNumber] = []
    var engine = try tight(&taken)
    _ = try engine.allocatePages(PageRequest(order: Order(1), use: .unmovable, mayWait: false))
    #expect(engine.zones[0].highAtomic == 8)
    // As many pages free as the watermark and the reserve take: the reserve is what is missing.
    for _ in 0..<3 { engine.freePages(at: taken.removeLast()) }
    while (try? engine.allocatePages(PageRequest(use: .unmovable))) != nil {}
    #expect(engine.zones[0].highAtomic == 0)
    #expect(engine.pageblockCounts(.normal)[Int(MigrateType.highAtomic.rawValue)] == 0)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func theReserveDoesNotCountForOthers() throws {
    var taken: [PageFrameNumber] = []
    var engine = try tight(&taken)
    _ = try engine.allocatePages(PageRequest(order: Order(1), use: .unmovable, mayWait: false))
    // Two pages went; give three back: above the minimum by their number, not without the reserve.
    for _ in 0..<3 { engine.freePages(at: taken.removeLast()) }
    #expect(throws: AllocationFailure.outOfMemory) {
      try engine.allocatePages(PageRequest(use: .unmovable, effort: .light))
    }
  }
}
