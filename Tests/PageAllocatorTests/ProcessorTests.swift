import PhysicalMemory
import Testing

@testable import PageAllocator

/// 64 MiB without watermarks: a batch is 3 pages and the limit 12.
private func machine() -> Machine {
  var machine = smallMachine(16384, pageblock: 9, largest: 10)
  machine.hasProcessorLists = true
  return machine
}

private let page = PageRequest(use: .anonymous)

@Suite struct ProcessorTests {
  @Test func theLimitsAreThoseOfTheKernel() throws {
    // 1 GiB with two processors has a batch of 63 and a limit of half the low watermark; with one all.
    var board = virtBoard(ram: .mib(1024), cma: nil)
    board.hasProcessorLists = true
    let engine = try PageAllocator(board)
    let limits = engine.processorLimits(0)
    #expect(limits.batch == 63)
    #expect(limits.most == Int(engine.zoneReports()[0].low))
    #expect(try PageAllocator(machine()).processorLimits(0) == (most: 12, batch: 3))
  }

  @Test func anEmptyListIsFilledByABatchAndServesItsHead() throws {
    var engine = try PageAllocator(machine())
    let free = engine.freePageCount
    let first = try engine.allocatePages(page)
    #expect(engine.freePageCount == free - 3)
    #expect(engine.processorPageCount == 2)
    let second = try engine.allocatePages(page)
    let third = try engine.allocatePages(page)
    // In the order in which the buddy gave them.
    #expect([second.rawValue, third.rawValue] == [first.rawValue + 1, first.rawValue + 2])
    #expect(engine.freePageCount == free - 3)
    // At least two blocks of a larger order: 3 >> 1 is one.
    _ = try engine.allocatePages(PageRequest(order: Order(1), use: .anonymous))
    #expect(engine.processorPageCount == 2)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func whatWasFreedLastIsTakenFirst() throws {
    var engine = try PageAllocator(machine())
    var taken: [PageFrameNumber] = []
    for _ in 0..<6 { taken.append(try engine.allocatePages(page)) }
    let free = engine.freePageCount
    engine.freePages(at: taken[1])
    engine.freePages(at: taken[4])
    #expect(engine.freePageCount == free)
    #expect(engine.block(holding: taken[4]) == nil)
    #expect(try engine.allocatePages(page) == taken[4])
    #expect(try engine.allocatePages(page) == taken[1])
  }

  @Test func anOverflowGivesBackTheOldestAndMoreEachTime() throws {
    var engine = try PageAllocator(machine())
    var taken: [PageFrameNumber] = []
    for _ in 0..<30 { taken.append(try engine.allocatePages(page)) }
    #expect(engine.processorPageCount == 0)
    let free = engine.freePageCount
    for page in taken.prefix(11) { engine.freePages(at: page) }
    #expect(engine.processorPageCount == 11)
    // The twelfth reaches the limit: a batch of 3 goes back, then 6, then at most the limit less a batch.
    engine.freePages(at: taken[11])
    #expect(engine.processorPageCount == 9)
    #expect(engine.freePageCount == free + 3)
    #expect(engine.block(holding: taken[0]) == nil)
    for page in taken[12..<15] { engine.freePages(at: page) }
    #expect(engine.processorPageCount == 6)
    for page in taken[15..<21] { engine.freePages(at: page) }
    #expect(engine.processorPageCount == 3)
    #expect(engine.checkInvariants() == nil)
  }

  @Test func anAreaIsDrainedFirstAndItsPagesComeBackThroughTheLists() throws {
    var machine = machine()
    machine.cmaAreas = [CMAAreaDescription(name: "area", range: pages(8192, 12288))]
    var engine = try PageAllocator(machine)
    var taken: [PageFrameNumber] = []
    while engine.freeCMAPageCount > 0 { taken.append(try engine.allocatePages(page)) }
    for page in taken where page.rawValue < 8192 || page.rawValue >= 8192 + 2000 {
      engine.freePages(at: page)
    }
    let outcome = engine.allocateCMA(CMAAreaID(0), pages: 512)
    #expect(outcome.result == .success(PageFrameNumber(8192)))
    #expect(engine.checkInvariants() == nil)
    #expect(engine.releaseCMA(CMAAreaID(0), first: PageFrameNumber(8192), pages: 512) == true)
    #expect(engine.processorPageCount > 0)
    #expect(engine.checkInvariants() == nil)
    engine.drainProcessorLists()
    #expect(engine.processorPageCount == 0)
    #expect(engine.checkInvariants() == nil)
  }
}

/// Found by long histories: pages on the lists looked like blocks in use, and could be moved off them.
@Test func whatAProcessorKeepsIsFree() throws {
  var machine = smallMachine(512, pageblock: 4, largest: 5)
  machine.hasProcessorLists = true
  var engine = try PageAllocator(machine)
  let page = try engine.allocatePages(PageRequest(use: .anonymous, owner: OwnerID(3)))
  let other = try engine.allocatePages(PageRequest(use: .anonymous, owner: OwnerID(4)))
  engine.freePages(at: page)
  #expect(engine.processorPageCount > 0)
  #expect(engine.block(holding: page) == nil)
  let (hasMoved, isAway) = (
    engine.movePage(page, to: PageFrameNumber(300)), engine.movePageAway(page)
  )
  #expect(!hasMoved && !isAway)
  // A page that was put aside is nobody's until it is taken back.
  engine.setAside(other)
  #expect(engine.block(holding: other) == nil)
  engine.takeBack(other, as: .anonymous)
  #expect(engine.block(holding: other)?.owner == OwnerID(4))
  #expect(engine.checkInvariants() == nil)
}

/// `zone_batchsize`: a thousandth of the zone, at most 1 MiB, a quarter of that and half as much again, rounded
/// down to a power of two, less one.
@Test(arguments: [(1024, 1), (4096, 1), (16_384, 3), (131_072, 31), (524_288, 63)])
func batchesGrowWithTheZoneUpToAMebibyte(_ pages: UInt64, _ batch: Int) throws {
  let engine = try PageAllocator(smallMachine(pages, pageblock: 9, largest: 10))
  let limits = engine.processorListLimits
  #expect(limits.batch == batch && limits.most == 4 * batch)
}
