import PhysicalMemory
import Testing

@testable import PageAllocator

@Test func watermarksAreThoseOfTheOneGibibyteBoard() throws {
  // Section 9.5: 250456 managed pages give 5632, 7040, 8448 with khugepaged.
  let area = PhysicalRange(start: PhysicalAddress(0x7ac0_0000), saturating: .mib(64))
  var machine = virtBoard(ram: .gib(1), cma: area)
  let start = PhysicalAddress(0x4000_0000)
  machine.reserved = PhysicalRegionSet([
    PhysicalRange(start: start, saturating: PageSize.kib4.bytes(of: 262_144 - 250_456))
  ])
  let engine = try PageAllocator(machine)
  let zone = engine.zoneReports()[0]
  #expect(zone.managed == 250_456)
  #expect([zone.minimum, zone.low, zone.high] == [5632, 7040, 8448])
}

@Test func lowerZonesKeepPagesFromRequestsThatCouldGoHigher() throws {
  // Section 9.5: 755400 managed Normal pages protect 2950 pages of the DMA zone.
  var machine = virtBoard(ram: .gib(6), cma: nil)
  let end = PhysicalAddress(0x1_c000_0000)
  let normal = PageSize.kib4.bytes(of: 786_432 - 755_400)
  machine.reserved = PhysicalRegionSet([
    PhysicalRange(start: PhysicalAddress(end.rawValue - normal.rawValue), end: end)
  ])
  machine.atomicPools = .none
  let engine = try PageAllocator(machine)
  #expect(engine.zoneReports()[1].managed == 755_400)
  #expect(engine.lowmemReserve[Int(ZoneKind.normal.rawValue)] == 2950)
}

@Test func ordinaryRequestsStopAtTheMinimumAndAtomicOnesGoBelow() throws {
  var machine = smallMachine(1024)
  machine.watermarks = .minimumFree(.kib(400))
  var engine = try PageAllocator(machine)
  #expect(engine.zoneReports()[0].minimum == 100)
  while (try? engine.allocatePages(PageRequest(use: .unmovable))) != nil {}
  #expect(engine.freePageCount == 100)
  let atomic = PageRequest(use: .unmovable, mayWait: false)
  while (try? engine.allocatePages(atomic)) != nil {}
  // Half of the watermark, and a quarter of that: 100 - 50 - 12.
  #expect(engine.freePageCount == 38)
}

@Test func reclaimDropsCleanPagesBeforeARequestFails() throws {
  var machine = smallMachine(256)
  machine.watermarks = .minimumFree(.kib(64))
  var engine = try PageAllocator(machine)
  engine.recordsRelocations = true
  for _ in 0..<100 { _ = try engine.allocatePages(PageRequest(use: .fileClean)) }
  var kernel = 0
  while (try? engine.allocatePages(PageRequest(use: .unmovable))) != nil { kernel += 1 }
  #expect(kernel == 256 - 16)
  #expect(engine.takeRelocations().count == 100)
  #expect(engine.statistics.pagesReclaimed == 100)
}

@Test func compactionMakesALargeBlock() throws {
  var engine = try PageAllocator(smallMachine(64))
  let taken = try (0..<64).map { _ in try engine.allocatePages(PageRequest(use: .anonymous)) }
  for (index, page) in taken.enumerated() where index & 1 == 0 { engine.freePages(at: page) }
  let block = try engine.allocatePages(PageRequest(order: Order(3), use: .anonymous))
  #expect(block.rawValue & 7 == 0)
  #expect(engine.statistics.compactions == 1)
  #expect(engine.checkInvariants() == nil)
}
