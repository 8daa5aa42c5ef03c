import PhysicalMemory
import Testing

@testable import PageAllocator

/// The board of the booted kernels: RAM from 1 GiB up, all of it in `ZONE_DMA`.
func virtBoard(ram: ByteCount, cma: PhysicalRange?) -> Machine {
  let start = PhysicalAddress(0x4000_0000)
  let memory = PhysicalRange(start: start, saturating: ram)
  let limit = PhysicalAddress(0x1_0000_0000)
  var zones = [ZoneDescription(.dma, PhysicalRange(start: start, end: min(memory.end, limit)))]
  if memory.end > limit {
    zones.append(ZoneDescription(.normal, PhysicalRange(start: limit, end: memory.end)))
  }
  var machine = Machine(zones: zones, memory: PhysicalRegionSet([memory]))
  if let cma {
    machine.cmaAreas = [CMAAreaDescription(name: "reserved", range: cma)]
    machine.defaultCMAArea = CMAAreaID(0)
  }
  return machine
}

func mib(_ start: UInt64, _ size: UInt64) -> PhysicalRange {
  PhysicalRange(start: PhysicalAddress(start << 20), saturating: .mib(size))
}

@Test func atomicPoolsTakeTheStartOfTheDefaultArea() throws {
  // Annex A14 of the model: 1 GiB, the default area of 64 MiB.
  let area = PhysicalRange(start: PhysicalAddress(0x7ac0_0000), saturating: .mib(64))
  let engine = try PageAllocator(virtBoard(ram: .gib(1), cma: area))
  #expect(engine.checkInvariants() == nil)
  #expect(engine.atomicPoolReports().map(\.pages) == [32, 32, 32])
  #expect(engine.freeCMAPageCount == 16288)
  #expect(engine.cmaPageCount == 16384)
  #expect(engine.freeBlocks(.dma, .cma) == [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 15])
  #expect(engine.pageblockCounts(.dma)[Int(MigrateType.cma.rawValue)] == 32)
}

@Test func atomicPoolsGrowWithMemory() throws {
  // Annex A14: 6 GiB, the area at 0xfc000000.
  let area = PhysicalRange(start: PhysicalAddress(0xfc00_0000), saturating: .mib(64))
  let engine = try PageAllocator(virtBoard(ram: .gib(6), cma: area))
  #expect(engine.freeCMAPageCount == 15616)
  #expect(engine.freeBlocks(.dma, .cma) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 15])
}
