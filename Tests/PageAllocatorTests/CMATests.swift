import PhysicalMemory
import Testing

@testable import PageAllocator

/// 64 pages, of which 32 to 63 are an area of four pageblocks.
private func machineWithArea() -> Machine { smallMachine(64, areas: [pages(32, 64)]) }

private let area = CMAAreaID(0)

/// Fills memory with single pages of one use, so the area is full too; gives the pages.
private func fill(_ engine: inout PageAllocator, _ use: PageUse) -> [PageFrameNumber] {
  var taken: [PageFrameNumber] = []
  // Not until it fails: clean pages would be dropped to make room.
  while engine.freePageCount > 0,
    let page = try? engine.allocatePages(PageRequest(use: use, owner: OwnerID(1)))
  {
    taken.append(page)
  }
  return taken.sorted()
}

@Test func theSearchIsFirstFitFromTheBase() throws {
  var engine = try PageAllocator(machineWithArea())
  let one = engine.allocateCMA(area, pages: 3)
  let two = engine.allocateCMA(area, pages: 2, alignmentOrder: Order(1))
  let three = engine.allocateCMA(area, pages: 1)
  #expect(one.result == .success(PageFrameNumber(32)))
  #expect(two.result == .success(PageFrameNumber(36)))
  #expect(three.result == .success(PageFrameNumber(35)))
  #expect(engine.releaseCMA(area, first: PageFrameNumber(32), pages: 3) == true)
  #expect(engine.allocateCMA(area, pages: 2).result == .success(PageFrameNumber(32)))
  #expect(engine.report(area).usedPages == 5)
  #expect(engine.report(area).peakPages == 6)
  #expect(engine.checkInvariants() == nil)
}

@Test func alignmentIsRelativeToPageNumberZero() throws {
  var engine = try PageAllocator(smallMachine(64, from: 8, areas: [pages(24, 48)]))
  let outcome = engine.allocateCMA(area, pages: 4, alignmentOrder: Order(4))
  #expect(outcome.result == .success(PageFrameNumber(32)))
}

@Test func movablePagesAreMovedOut() throws {
  var engine = try PageAllocator(machineWithArea())
  engine.recordsRelocations = true
  let taken = fill(&engine, .anonymous)
  for page in taken.prefix(16) { engine.freePages(at: page) }
  let outcome = engine.allocateCMA(area, pages: 10, owner: OwnerID(7))
  #expect(outcome.result == .success(PageFrameNumber(32)))
  #expect(outcome.pagesMigrated == 10)
  let moves = engine.takeRelocations()
  #expect(moves.count == 10)
  // The list of isolated pages is a stack: the last page moves first.
  #expect(moves.first?.from == PageFrameNumber(41))
  #expect(
    engine.holders(of: area) == [
      OwnerShare(owner: OwnerID(1), use: .anonymous, pages: 22),
      OwnerShare(owner: OwnerID(7), use: .dma, pages: 10),
    ]
  )
  #expect(engine.checkInvariants() == nil)
}

@Test func cleanFilePagesAreDropped() throws {
  var engine = try PageAllocator(machineWithArea())
  _ = fill(&engine, .fileClean)
  let outcome = engine.allocateCMA(area, pages: 32)
  #expect(outcome.result == .success(PageFrameNumber(32)))
  #expect(outcome.pagesDropped == 32)
  #expect(outcome.pagesMigrated == 0)
}

@Test func withNowhereToGoTheErrorIsNoMemory() throws {
  var engine = try PageAllocator(machineWithArea())
  _ = fill(&engine, .anonymous)
  let outcome = engine.allocateCMA(area, pages: 4)
  #expect(outcome.result == .failure(.noMigrationTarget))
  #expect(outcome.busyRetries == 0)
  #expect(engine.checkInvariants() == nil)
}

@Test func aPinnedPageMakesItsWindowsBusy() throws {
  var engine = try PageAllocator(machineWithArea())
  let taken = fill(&engine, .anonymous)
  for page in taken.prefix(24) { engine.freePages(at: page) }
  engine.pin(PageFrameNumber(37))
  // Steps of four pages: 32, 36 are busy, 40 is not.
  let outcome = engine.allocateCMA(area, pages: 8, alignmentOrder: Order(2))
  #expect(outcome.result == .success(PageFrameNumber(40)))
  #expect(outcome.busyRetries == 2)
  #expect(outcome.firstBusy == PageFrameNumber(32))
  engine.unpin(PageFrameNumber(37))
  #expect(engine.allocateCMA(area, pages: 8).result == .success(PageFrameNumber(32)))
}

@Test func theLoggedErrorSaysWhetherAPositionWasTried() throws {
  var engine = try PageAllocator(machineWithArea())
  #expect(engine.allocateCMA(area, pages: 33).result == .failure(.tooLarge))
  #expect(CMAFailure.tooLarge.loggedError == nil)
  let taken = fill(&engine, .anonymous)
  for page in taken.prefix(24) { engine.freePages(at: page) }
  for page in stride(from: UInt64(32), to: 64, by: 8) { engine.pin(PageFrameNumber(page + 3)) }
  let busy = engine.allocateCMA(area, pages: 8)
  #expect(busy.result == .failure(.busy))
  #expect(CMAFailure.busy.loggedError == -16)
  // 25 positions of one page each were tried.
  #expect(busy.busyRetries == 25)
  _ = engine.allocateCMA(area, pages: 3)
  let small = engine.allocateCMA(area, pages: 1)
  #expect(small.result == .success(PageFrameNumber(36)))
  #expect(engine.checkInvariants() == nil)
}

@Test func aFullBitmapIsNoMemory() throws {
  var engine = try PageAllocator(machineWithArea())
  _ = engine.allocateCMA(area, pages: 30)
  let outcome = engine.allocateCMA(area, pages: 3)
  #expect(outcome.result == .failure(.noRoom))
  #expect(CMAFailure.noRoom.loggedError == -12)
  #expect(engine.report(area).largestFree == PageExtent(first: PageFrameNumber(62), pages: 2))
}

@Test func onlyHeldPagesCanBeReleased() throws {
  var engine = try PageAllocator(machineWithArea())
  _ = engine.allocateCMA(area, pages: 4)
  #expect(engine.releaseCMA(area, first: PageFrameNumber(31), pages: 1) == false)
  #expect(engine.releaseCMA(area, first: PageFrameNumber(34), pages: 4) == false)
  #expect(engine.releaseCMA(area, first: PageFrameNumber(32), pages: 4) == true)
  #expect(engine.freeBlocks(.normal, .cma) == [0, 0, 0, 0, 2])
}

@Test func aHugePageIsSplitWhenThereIsNoHugePlace() throws {
  var machine = machineWithArea()
  // With compaction there would be a place.
  machine.compacts = false
  var engine = try PageAllocator(machine)
  engine.recordsRelocations = true
  // Single pages everywhere but in the area's first pageblock, which holds a huge page.
  var singles = fill(&engine, .anonymous)
  let block = singles.filter { (32..<40).contains($0.rawValue) }
  for page in block { engine.freePages(at: page) }
  let huge = try engine.allocatePages(PageRequest(order: Order(3), use: .transparentHuge))
  #expect(huge == PageFrameNumber(32))
  singles.removeAll { (32..<40).contains($0.rawValue) }
  for page in singles where page.rawValue < 32 && page.rawValue & 1 == 0 {
    engine.freePages(at: page)
  }
  let outcome = engine.allocateCMA(area, pages: 8)
  #expect(outcome.result == .success(PageFrameNumber(32)))
  #expect(outcome.pagesMigrated == 8)
  #expect(engine.takeRelocations().first?.fate == .split)
  #expect(engine.checkInvariants() == nil)
}

@Test func aLongTermPinLeavesTheArea() throws {
  var engine = try PageAllocator(machineWithArea())
  let taken = fill(&engine, .anonymous)
  #expect(throws: PageAllocator.PinFailure.outOfMemory) {
    try engine.pinLongTerm(PageFrameNumber(40))
  }
  for page in taken.prefix(24) { engine.freePages(at: page) }
  let place = try engine.pinLongTerm(PageFrameNumber(40))
  #expect(place.rawValue < 32)
  engine.pin(PageFrameNumber(41))
  #expect(throws: PageAllocator.PinFailure.pinnedAlready) {
    try engine.pinLongTerm(PageFrameNumber(41))
  }
  let stays = try engine.pinLongTerm(place)
  #expect(stays == place)
}

@Test func coherentPoolsRoundToPowersOfTwo() throws {
  // Section 7.2: 5 MiB pool, 3 MiB take 4 MiB; a second time there is no room; 1 MiB fits the tail.
  var machine = virtBoard(ram: .mib(64), cma: nil)
  machine.atomicPools = .none
  machine.coherentPools = [PoolDescription(name: "dsp", range: mib(0x400 + 3, 5))]
  var engine = try PageAllocator(machine)
  let pool = CoherentPoolID(0)
  let base = PageFrameNumber(holding: mib(0x400 + 3, 5).start, .kib4)
  #expect(engine.allocateCoherent(pool, .mib(3), owner: OwnerID(4)) == base)
  #expect(engine.allocateCoherent(pool, .mib(3)) == nil)
  let tail = engine.allocateCoherent(pool, .mib(1), owner: OwnerID(5))
  #expect(tail?.rawValue == base.rawValue + 1024)
  #expect(engine.report(pool).largestFree == nil)
  #expect(engine.holders(of: pool).map(\.owner) == [OwnerID(4), OwnerID(5)])
  #expect(engine.releaseCoherent(pool, first: base) == true)
  #expect(engine.allocateCoherent(pool, .mib(6)) == nil)
  #expect(engine.report(pool).peakPages == 1280)
}

/// The invariants are themselves checked: a bit too many, or one too few, is found.
@Test(arguments: [Order(0), Order(1)])
func aWrongBitOfAnAreaIsFound(_ order: Order) throws {
  var machine = smallMachine(64)
  machine.cmaAreas = [PoolDescription(name: "area", range: pages(32, 64), orderPerBit: order)]
  var engine = try PageAllocator(machine)
  #expect(engine.checkInvariants() == nil)
  let bitmap = engine.areas[0].bitmap
  engine.bits.set(bitmap, 1..<2, to: true)
  #expect(engine.checkInvariants() != nil)
  engine.bits.set(bitmap, 1..<2, to: false)
  _ = engine.allocateCMA(CMAAreaID(0), pages: 4, alignmentOrder: Order(0))
  #expect(engine.checkInvariants() == nil)
  engine.bits.set(bitmap, 0..<1, to: false)
  #expect(engine.checkInvariants() != nil)
}
