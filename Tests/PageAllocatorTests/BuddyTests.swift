import PhysicalMemory
import Testing

@testable import PageAllocator

@Test func freeMemoryIsCutIntoAlignedBlocks() throws {
  // |0....|R|6.|8.......|16 ... 64 in blocks of 16|
  let engine = try PageAllocator(smallMachine(64, reserved: [pages(5, 6)]))
  #expect(engine.freeBlocks(.normal, .movable) == [1, 1, 1, 1, 3])
  #expect(engine.freePageCount == 63)
  #expect(engine.checkInvariants() == nil)
}

@Test func reservedBytesTakeWholePages() throws {
  let bytes = PhysicalRange(start: PhysicalAddress(0x5800), end: PhysicalAddress(0x6001))
  let engine = try PageAllocator(smallMachine(64, reserved: [bytes]))
  #expect(engine.freePageCount == 62)
}

@Test func theLowestPagesOfABlockAreHandedOut() throws {
  var engine = try PageAllocator(smallMachine())
  let one = try engine.allocatePages(PageRequest(use: .anonymous))
  let four = try engine.allocatePages(PageRequest(order: Order(2), use: .anonymous))
  let two = try engine.allocatePages(PageRequest(order: Order(1), use: .anonymous))
  #expect([one, four, two].map(\.rawValue) == [0, 4, 2])
  #expect(engine.freeBlocks(.normal, .movable) == [1, 0, 0, 1, 3])
}

@Test func theListsAreLastInFirstOut() throws {
  var engine = try PageAllocator(smallMachine())
  let taken = try (0..<8).map { _ in try engine.allocatePages(PageRequest(use: .anonymous)) }
  engine.freePages(at: taken[2])
  engine.freePages(at: taken[6])
  // Pages 3 and 7 are in use, so both are single; the last one freed comes first.
  #expect(try engine.allocatePages(PageRequest(use: .anonymous)) == taken[6])
  #expect(try engine.allocatePages(PageRequest(use: .anonymous)) == taken[2])
}

@Test func aPageThatMayMergeSoonGoesToTheTail() throws {
  var engine = try PageAllocator(smallMachine())
  let taken = try (0..<16).map { _ in try engine.allocatePages(PageRequest(use: .anonymous)) }
  engine.freePages(at: taken[8])
  // 2 and 3 make a free pair, so 0 would complete four pages once 1 is freed.
  engine.freePages(at: taken[2])
  engine.freePages(at: taken[3])
  engine.freePages(at: taken[0])
  #expect(try engine.allocatePages(PageRequest(use: .anonymous)) == taken[8])
}

@Test func freeingEverythingRestoresTheBlocks() throws {
  var engine = try PageAllocator(smallMachine(64, reserved: [pages(5, 6)]))
  let before = engine.freeBlocks(.normal)
  var taken: [PageFrameNumber] = []
  while let page = try? engine.allocatePages(PageRequest(use: .anonymous)) { taken.append(page) }
  #expect(taken.count == 63)
  for page in taken.reversed() { engine.freePages(at: page) }
  #expect(engine.freeBlocks(.normal) == before)
}

@Test func movablePagesEnterCMAWhenItIsMoreThanHalfOfWhatIsFree() throws {
  // 16 of 64 pages are CMA: while 32 or more pages are free, half of them is at least 16.
  var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 48)]))
  var firstInArea: Int?
  for count in 0..<64 {
    let page = try engine.allocatePages(PageRequest(use: .anonymous))
    if (32..<48).contains(page.rawValue), firstInArea == nil { firstInArea = count }
  }
  #expect(firstInArea == 33)
}

@Test func unmovablePagesStayOutOfCMA() throws {
  var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 48)]))
  var taken = 0
  while (try? engine.allocatePages(PageRequest(use: .unmovable))) != nil { taken += 1 }
  #expect(taken == 48)
  #expect(engine.freeCMAPageCount == 16)
}

@Test func anUnmovableRequestClaimsTheLargestMovableBlock() throws {
  var engine = try PageAllocator(smallMachine())
  let page = try engine.allocatePages(PageRequest(use: .unmovable))
  #expect(page.rawValue == 0)
  // A block of two pageblocks was taken over, both with their type.
  #expect(engine.pageblockCounts(.normal) == [2, 6, 0, 0, 0, 0])
  #expect(engine.freeBlocks(.normal, .unmovable) == [1, 1, 1, 1, 0])
}

@Test func aMovableRequestTakesTheSmallestForeignBlockWhenItCanNotClaim() throws {
  // Orders below half the pageblock order can not be claimed by movable requests: pageblock order 4.
  var machine = smallMachine(32, pageblock: 4, largest: 4)
  machine.memory = PhysicalRegionSet([pages(0, 32)])
  var engine = try PageAllocator(machine)
  let kernel = try (0..<32).map { _ in try engine.allocatePages(PageRequest(use: .unmovable)) }
  engine.freePages(at: kernel[4])
  for index in 8..<10 { engine.freePages(at: kernel[index]) }
  // Free: page 4 alone and the pair 8, 9, all unmovable; order 1 is below 4 / 2.
  #expect(try engine.allocatePages(PageRequest(use: .anonymous)).rawValue == 4)
  #expect(engine.pageblockCounts(.normal) == [2, 0, 0, 0, 0, 0])
}

@Test func ordersAboveTheLargestAreRefused() throws {
  var engine = try PageAllocator(smallMachine())
  #expect(throws: AllocationFailure.orderTooLarge) {
    try engine.allocatePages(PageRequest(order: Order(5), use: .unmovable))
  }
}

@Test func aSmallMemoryIsNotGrouped() throws {
  var machine = smallMachine(40)
  machine.groupsByMobility = nil
  let engine = try PageAllocator(machine)
  #expect(engine.pageblockCounts(.normal)[0] == 6)
}

@Test func zonesFallBackDownward() throws {
  var machine = smallMachine(64)
  machine.zones = [ZoneDescription(.dma, pages(0, 16)), ZoneDescription(.normal, pages(16, 64))]
  machine.hasZoneDMA = true
  var engine = try PageAllocator(machine)
  var order: [UInt64] = []
  while let page = try? engine.allocatePages(PageRequest(use: .unmovable)) {
    order.append(page.rawValue)
  }
  #expect(order.count == 64)
  #expect(order.prefix(48).allSatisfy { $0 >= 16 })
  #expect(throws: AllocationFailure.outOfMemory) {
    try engine.allocatePages(PageRequest(use: .unmovable, highestZone: .dma))
  }
}

@Test func aZoneBorderInsideABlockIsNeverCrossed() throws {
  var machine = smallMachine(64)
  machine.zones = [
    ZoneDescription(.normal, pages(0, 21)), ZoneDescription(.highMem, pages(21, 64)),
  ]
  let engine = try PageAllocator(machine)
  #expect(engine.freeBlocks(.normal) == [1, 0, 1, 0, 1])
  #expect(engine.freeBlocks(.highMem) == [1, 1, 0, 1, 2])
  #expect(engine.checkInvariants() == nil)
}

@Test func holesBetweenBanksCostNothing() throws {
  var machine = smallMachine(64)
  let far: UInt64 = 1 << 40
  machine.memory = PhysicalRegionSet([pages(0, 64), pages(far, far + 64)])
  machine.zones = [ZoneDescription(.normal, pages(0, far + 64))]
  var engine = try PageAllocator(machine)
  #expect(engine.words.count == 128)
  var highest: UInt64 = 0
  while let page = try? engine.allocatePages(PageRequest(use: .unmovable)) {
    highest = max(highest, page.rawValue)
  }
  #expect(highest == far + 63)
}

@Test func machinesThatMakeNoSenseAreRefused() {
  var unordered = smallMachine()
  unordered.zones = [ZoneDescription(.normal, pages(0, 32)), ZoneDescription(.dma, pages(32, 64))]
  #expect(throws: MachineError.zonesUnordered) { _ = try PageAllocator(unordered) }
  #expect(throws: MachineError.cmaAreaMisaligned("area0")) {
    _ = try PageAllocator(smallMachine(64, areas: [pages(4, 12)]))
  }
  #expect(throws: MachineError.cmaAreaOutsideMemory("area0")) {
    _ = try PageAllocator(smallMachine(64, areas: [pages(56, 72)]))
  }
  #expect(throws: MachineError.cmaAreasOverlap("area0", "area1")) {
    _ = try PageAllocator(smallMachine(64, areas: [pages(8, 24), pages(16, 32)]))
  }
}

@Test func anAreaAcrossZonesIsNotActivated() throws {
  var machine = smallMachine(64, areas: [pages(8, 24)])
  machine.zones = [ZoneDescription(.dma, pages(0, 16)), ZoneDescription(.normal, pages(16, 64))]
  var engine = try PageAllocator(machine)
  #expect(engine.isActive(CMAAreaID(0)) == false)
  #expect(engine.freePageCount == 64)
  #expect(engine.freeCMAPageCount == 0)
  #expect(engine.allocateCMA(CMAAreaID(0), pages: 1).result == .failure(.tooLarge))
  #expect(engine.checkInvariants() == nil)
}

@Test func aCopyGoesItsOwnWay() throws {
  var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 48)]))
  _ = try engine.allocatePages(PageRequest(use: .anonymous))
  var other = engine.copy()
  let mine = try engine.allocatePages(PageRequest(use: .anonymous))
  _ = other.allocateCMA(CMAAreaID(0), pages: 16)
  let theirs = try other.allocatePages(PageRequest(use: .anonymous))
  #expect(mine == theirs)
  #expect(engine.report(CMAAreaID(0)).usedPages == 0)
  #expect(engine.checkInvariants() == nil)
  #expect(other.checkInvariants() == nil)
}
