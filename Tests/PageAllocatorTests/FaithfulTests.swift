import PhysicalMemory
import Testing

@testable import PageAllocator

private let area = CMAAreaID(0)

/// 128 pages of which 64 up to 128 are an area with one bit for four pages.
private func coarseMachine() -> Machine {
  var machine = smallMachine(128)
  machine.cmaAreas = [
    CMAAreaDescription(name: "coarse", range: pages(64, 128), orderPerBit: Order(2))
  ]
  return machine
}

@Suite struct OrderPerBitTests {
  @Test func aRequestTakesWholeBits() throws {
    var engine = try PageAllocator(coarseMachine())
    let free = engine.freePageCount
    #expect(engine.allocateCMA(area, pages: 5).result == .success(PageFrameNumber(64)))
    // Two bits, but only five pages leave the buddy.
    #expect(engine.report(area).usedPages == 8)
    #expect(engine.freePageCount == free - 5)
    #expect(engine.allocateCMA(area, pages: 1).result == .success(PageFrameNumber(72)))
    #expect(engine.usedRuns(of: area) == [0..<12])
    #expect(engine.releaseCMA(area, first: PageFrameNumber(64), pages: 5) == true)
    #expect(engine.freePageCount == free - 1)
    #expect(engine.usedRuns(of: area) == [8..<12])
    #expect(engine.checkInvariants() == nil)
  }

  @Test func alignmentBelowABitIsNone() throws {
    var engine = try PageAllocator(coarseMachine())
    let first = engine.allocateCMA(area, pages: 1, alignmentOrder: Order(1))
    let second = engine.allocateCMA(area, pages: 1, alignmentOrder: Order(4))
    #expect(first.result == .success(PageFrameNumber(64)))
    #expect(second.result == .success(PageFrameNumber(80)))
  }

  @Test func aBusyBitMovesTheSearchByOneStep() throws {
    var engine = try PageAllocator(coarseMachine())
    var taken: [PageFrameNumber] = []
    while engine.freePageCount > 0, let page = try? engine.allocatePages(PageRequest(use: .tmpfs)) {
      taken.append(page)
    }
    engine.pin(PageFrameNumber(66))
    for page in taken where page.rawValue < 64 { engine.freePages(at: page) }
    let outcome = engine.allocateCMA(area, pages: 4)
    #expect(outcome.result == .success(PageFrameNumber(68)))
    #expect(outcome.busyRetries == 1)
    #expect(outcome.busyPositions == [PageFrameNumber(64)])
  }

  @Test func theWholeAreaAndNotAPageMore() throws {
    var engine = try PageAllocator(coarseMachine())
    #expect(engine.allocateCMA(area, pages: 65).result == .failure(.tooLarge))
    #expect(engine.allocateCMA(area, pages: 64).result == .success(PageFrameNumber(64)))
    #expect(engine.allocateCMA(area, pages: 1).result == .failure(.noRoom))
    #expect(engine.cmaPageCount == 64)
  }
}

@Suite struct SeveralAreaTests {
  @Test func pagesMayMoveToAnotherArea() throws {
    var engine = try PageAllocator(smallMachine(64, areas: [pages(16, 32), pages(32, 64)]))
    var taken: [PageFrameNumber] = []
    while engine.freePageCount > 0, let page = try? engine.allocatePages(PageRequest(use: .tmpfs)) {
      taken.append(page)
    }
    for page in taken where page.rawValue >= 40 { engine.freePages(at: page) }
    #expect(engine.allocateCMA(area, pages: 16).result == .success(PageFrameNumber(16)))
    let other = CMAAreaID(1)
    #expect(engine.holders(of: other).map(\.pages) == [24])
    #expect(engine.usedRuns(of: other) == [])
    #expect(engine.checkInvariants() == nil)
  }

  @Test func pagesMayMoveWithinTheArea() throws {
    var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 64)]))
    var taken: [PageFrameNumber] = []
    while engine.freePageCount > 0, let page = try? engine.allocatePages(PageRequest(use: .tmpfs)) {
      taken.append(page)
    }
    for page in taken where page.rawValue >= 56 { engine.freePages(at: page) }
    // The pageblock that is emptied is no target, the rest of the area is.
    #expect(engine.allocateCMA(area, pages: 8).result == .success(PageFrameNumber(32)))
    #expect(engine.block(holding: PageFrameNumber(60))?.use == .tmpfs)
    #expect(engine.allocateCMA(area, pages: 8).result == .failure(.noMigrationTarget))
    #expect(engine.checkInvariants() == nil)
  }
}

@Suite struct GlobalPoolTests {
  private func machine() -> Machine {
    var machine = smallMachine(128, areas: [pages(64, 96)])
    machine.defaultCMAArea = area
    machine.coherentPools = [PoolDescription(name: "global", range: pages(112, 120))]
    machine.globalPool = CoherentPoolID(0)
    return machine
  }

  @Test func itServesWhoDoesNotSnoopAndNothingElseDoes() throws {
    var engine = try PageAllocator(machine())
    let device = DMADevice(owner: OwnerID(1))
    let first = engine.dmaAllocate(.kib(20), for: device)
    #expect(first.buffer?.source == .coherentPool(CoherentPoolID(0)))
    #expect(first.buffer?.pages == 8)
    #expect(engine.dmaAllocate(.kib(4), for: device).failure == .coherentPoolFull)
    var snooping = device
    snooping.isCoherent = true
    #expect(engine.dmaAllocate(.kib(8), for: snooping).buffer?.source == .cma(area))
  }

  @Test func withoutUncachedMappingsThereIsNothing() throws {
    var machine = machine()
    machine.globalPool = nil
    machine.mapsUncached = false
    var engine = try PageAllocator(machine)
    let device = DMADevice(owner: OwnerID(1))
    #expect(engine.dmaAllocate(.kib(8), for: device).failure == .notMappable)
    var snooping = device
    snooping.isCoherent = true
    #expect(engine.dmaAllocate(.kib(8), for: snooping).buffer != nil)
  }

  @Test func anUnknownPoolIsRefused() {
    var machine = machine()
    machine.globalPool = CoherentPoolID(1)
    #expect(throws: MachineError.noSuchArea) { _ = try PageAllocator(machine) }
  }
}

@Suite struct CompactionTests {
  /// 64 pages in eight pageblocks, every second page a movable one.
  private func scattered(_ change: (inout Machine) -> Void = { _ in }) throws -> PageAllocator {
    var machine = smallMachine(64)
    change(&machine)
    var engine = try PageAllocator(machine)
    let taken = try (0..<64).map { _ in try engine.allocatePages(PageRequest(use: .anonymous)) }
    for page in taken where page.rawValue % 2 == 0 { engine.freePages(at: page) }
    return engine
  }

  @Test func pagesMoveFromTheStartToTheEnd() throws {
    var engine = try scattered()
    engine.recordsRelocations = true
    engine.compactMemory()
    let moves = engine.takeRelocations()
    #expect(!moves.isEmpty)
    for move in moves {
      guard case .moved(let target) = move.fate else { continue }
      #expect(move.from < target)
    }
    // The lower half is empty, the upper one full.
    #expect((0..<32).allSatisfy { engine.block(holding: PageFrameNumber($0)) == nil })
    #expect(engine.checkInvariants() == nil)
  }

  @Test func pinnedPagesAndBlocksStay() throws {
    var engine = try scattered()
    engine.pin(PageFrameNumber(1))
    engine.compactMemory()
    #expect(engine.block(holding: PageFrameNumber(1))?.pins == 1)
    #expect(engine.block(holding: PageFrameNumber(3)) == nil)
  }

  @Test func aFirstTryMovesOnlyOutOfBlocksOfItsType() throws {
    for (allBlocks, isServed) in [(false, false), (true, true)] {
      var engine = try scattered()
      #expect(engine.compact(4, .unmovable, .normal, [], allBlocks: allBlocks) == true)
      #expect((engine.statistics.compactions == 1) == isServed)
    }
  }

  @Test func smallMovableRequestsHaveNoUseForOtherTypes() throws {
    // A free block of two unmovable pages is no success for a movable request, but for others.
    for (type, isServed) in [(MigrateType.movable, false), (.reclaimable, true)] {
      var engine = try PageAllocator(smallMachine(64, pageblock: 4, largest: 5))
      let taken = try (0..<64).map { _ in try engine.allocatePages(PageRequest(use: .unmovable)) }
      for page in taken where page.rawValue < 2 { engine.freePages(at: page) }
      #expect(engine.compact(1, type, .normal, [], allBlocks: true) == true)
      #expect((engine.statistics.compactions == 1) == isServed)
    }
  }

  @Test func aZoneThatLacksPagesIsNotCompacted() throws {
    var machine = smallMachine(4096, pageblock: 9, largest: 10)
    machine.watermarks = .minimumFree(.kib(256))
    var engine = try PageAllocator(machine)
    var taken: [PageFrameNumber] = []
    while engine.freePageCount > 0, let page = try? engine.allocatePages(PageRequest(use: .tmpfs)) {
      taken.append(page)
    }
    // Little is free: 2^7 pages and as many to copy to are not there above the watermark.
    let before = engine.statistics.pagesMigrated
    let outcome = try? engine.allocatePages(PageRequest(order: Order(7), use: .dma))
    #expect(outcome == nil)
    #expect(engine.statistics.pagesMigrated == before)
    // With every eighth page free there is enough, and it is scattered.
    for page in taken where page.rawValue % 8 == 0 { engine.freePages(at: page) }
    let served = try? engine.allocatePages(PageRequest(order: Order(7), use: .dma))
    #expect(served != nil)
    #expect(engine.statistics.pagesMigrated > before)
    #expect(engine.checkInvariants() == nil)
  }
}

@Suite struct HugePageTests {
  @Test func smallMachinesHaveNone() throws {
    for (mib, minimum) in [(UInt64(500), UInt64(705)), (700, 5632)] {
      let count = mib << 8
      let all = pages(0, count)
      let machine = Machine(
        zones: [ZoneDescription(.dma, all)],
        memory: PhysicalRegionSet([all])
      )
      let engine = try PageAllocator(machine)
      #expect(engine.memoryIsWorthHugePages == (mib >= 512))
      // Only where khugepaged runs does it raise the watermarks: 11 pageblocks for one zone.
      let found = engine.zoneReports()[0].minimum
      #expect(mib >= 512 ? found == minimum : found < 720, "\(found)")
    }
  }

  @Test func aFaultTakesWhatIsThereAndReclaimsNothing() throws {
    var engine = try PageAllocator(smallMachine(16))
    let cache = try (0..<16).map { _ in try engine.allocatePages(PageRequest(use: .fileClean)) }
    #expect(cache.count == 16)
    let huge = PageRequest(order: Order(3), use: .transparentHuge, effort: .light)
    #expect(throws: AllocationFailure.outOfMemory) { _ = try engine.allocatePages(huge) }
    #expect(engine.statistics.pagesReclaimed == 0)
    #expect(try engine.allocatePages(PageRequest(use: .anonymous)) != PageFrameNumber(99))
    #expect(engine.statistics.pagesReclaimed > 0)
  }
}

@Test func onlySmallOrdinaryRequestsKill() {
  #expect(PageRequest(use: .anonymous).killsWhenRefused)
  #expect(PageRequest(order: Order(3), use: .unmovable).killsWhenRefused)
  #expect(!PageRequest(order: Order(4), use: .unmovable).killsWhenRefused)
  #expect(!PageRequest(use: .dma, highestZone: .dma).killsWhenRefused)
  #expect(!PageRequest(use: .unmovable, mayWait: false).killsWhenRefused)
  #expect(!PageRequest(use: .unmovable, effort: .retry).killsWhenRefused)
}

@Suite struct PlacementTests {
  @Test func aPageGoesToAChosenPlace() throws {
    var engine = try PageAllocator(smallMachine(64))
    engine.recordsRelocations = true
    let page = try engine.allocatePages(PageRequest(use: .anonymous))
    #expect(engine.movePage(page, to: PageFrameNumber(37)) == true)
    #expect(engine.block(holding: PageFrameNumber(37))?.use == .anonymous)
    #expect(engine.takeRelocations().count == 1)
    #expect(engine.freePageCount == 63)
    #expect(engine.checkInvariants() == nil)
    // Not onto a page in use, not from a free one, not out of memory.
    let other = try engine.allocatePages(PageRequest(use: .anonymous))
    #expect(engine.movePage(other, to: PageFrameNumber(37)) == false)
    #expect(engine.movePage(page, to: PageFrameNumber(40)) == false)
    #expect(engine.movePage(other, to: PageFrameNumber(99)) == false)
    #expect(engine.movePageAway(PageFrameNumber(37)) == true)
    #expect(engine.block(holding: PageFrameNumber(37)) == nil)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func whatBootHeldCanBeFreed() throws {
    var engine = try PageAllocator(smallMachine(64, reserved: [pages(3, 21)]))
    #expect(engine.freePageCount == 46)
    engine.freeReserved(pages(5, 64))
    #expect(engine.freePageCount == 62)
    #expect(engine.zoneReports()[0].managed == 62)
    #expect(engine.checkInvariants() == nil)
  }
}
