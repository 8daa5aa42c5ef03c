import PhysicalMemory
import Testing

@testable import PageAllocator

/// Random numbers from a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

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
