import PhysicalMemory
import Testing

@testable import PageAllocator

/// A range of whole pages.
func pages(_ start: UInt64, _ end: UInt64, _ size: PageSize = .kib4) -> PhysicalRange {
  PhysicalRange(
    start: PageFrameNumber(start).address(size),
    end: PageFrameNumber(end).address(size)
  )
}

/// A machine of few pages with small orders, one Normal zone and no watermarks.
///
/// Grouping by mobility is on although there is little memory.
func smallMachine(
  _ count: UInt64 = 64,
  from start: UInt64 = 0,
  pageblock: UInt8 = 3,
  largest: UInt8 = 4,
  reserved: [PhysicalRange] = [],
  areas: [PhysicalRange] = []
) -> Machine {
  let all = pages(start, start + count)
  var machine = Machine(zones: [ZoneDescription(.normal, all)], memory: PhysicalRegionSet([all]))
  machine.pageblockOrder = Order(pageblock)
  machine.maxOrder = Order(largest)
  machine.reserved = PhysicalRegionSet(reserved)
  machine.cmaAreas = areas.enumerated().map {
    CMAAreaDescription(name: "area\($0.offset)", range: $0.element)
  }
  machine.atomicPools = .none
  machine.watermarks = .off
  machine.groupsByMobility = true
  machine.hasZoneDMA = false
  machine.hasZoneDMA32 = false
  return machine
}
