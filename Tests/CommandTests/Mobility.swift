import PageAllocator
import PhysicalMemory
import Testing

/// How many blocks of 2 MiB hold a page of the kernel after a day, with pages grouped by mobility and
/// without: straight on the engine, since no kernel has a switch for it.
enum Mobility {
  static func spoiltBlocks(grouped: Bool) throws -> (spoilt: Int, all: Int) {
    let memory = PhysicalRange(start: PhysicalAddress(0x4000_0000), saturating: .mib(256))
    var machine = Machine(
      zones: [ZoneDescription(.normal, memory)],
      memory: PhysicalRegionSet([memory])
    )
    machine.groupsByMobility = grouped
    machine.watermarks = .off
    machine.atomicPools = .none
    var allocator = try PageAllocator(machine)
    var state: UInt64 = 1
    func below(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    // Nine of ten pages are a process's, one is the kernel's; they come and go for a while.
    var pages: [PageFrameNumber] = []
    for _ in 0..<40_000 {
      let use: PageUse = below(10) == 0 ? .unmovable : .anonymous
      pages.append(try allocator.allocatePages(PageRequest(use: use)))
    }
    for _ in 0..<100_000 {
      let place = Int(below(UInt64(pages.count)))
      guard let block = allocator.block(holding: pages[place]) else { continue }
      allocator.freePages(at: pages[place])
      pages[place] = try allocator.allocatePages(PageRequest(use: block.use))
    }
    var spoilt: Set<UInt64> = []
    for page in pages {
      guard let block = allocator.block(holding: page), block.use == .unmovable else { continue }
      spoilt.insert(page.rawValue >> 9)
    }
    return (spoilt.count, 128)
  }
}
