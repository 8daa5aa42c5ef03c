import PhysicalMemory

/// How a strategy divides a machine at boot.
struct StrategySetUp {
  private(set) var machine: Machine
  private(set) var regions: [StrategyRegion] = []

  init(_ strategy: Strategy, _ machine: Machine) throws(StrategyError) {
    self.machine = machine
    guard strategy != .today else { return }
    leaveOutPools()
    switch strategy {
    case .today: break
    case .pageAllocator(let compaction): self.machine.compacts = compaction
    case .bigphysarea(let pages):
      let size = machine.pageSize.bytes(of: pages)
      let range = try lowestRoom("bigphysarea", size, machine.pageSize.alignment)
      try reserve("bigphysarea", range)
      regions = [.firstFit("bigphysarea", self.pages(range))]
    case .pmem(let list):
      for region in list {
        try reserve(region.name, region.range)
        let pages = pages(region.range)
        regions.append(
          region.isSingle ? .single(region.name, pages) : .pmem(region.name, pages)
        )
      }
    case .memoryLimit(let visible, let parts): try limit(visible, parts)
    case .ionCarveout(let heaps):
      for heap in heaps {
        try reserve(heap.name, heap.range)
        let pages = pages(heap.range)
        regions.append(
          heap.isBestFit
            ? .bestFit(heap.name, pages, alignmentLimit: 1)
            : .firstFit(heap.name, pages, alignmentLimit: 1)
        )
      }
    case .cma2010(let list, let map): try setUp2010(list, map)
    case .cma2011(let contexts): try setUp2011(contexts)
    }
  }

  /// Areas and pools of today's kernel become ordinary memory.
  private mutating func leaveOutPools() {
    let pools = machine.cmaAreas + machine.coherentPools + machine.restrictedPools
    machine.reserved = machine.reserved.subtracting(PhysicalRegionSet(pools.map(\.range)))
    machine.cmaAreas = []
    machine.defaultCMAArea = nil
    machine.coherentPools = []
    machine.restrictedPools = []
  }

  private func pages(_ range: PhysicalRange) -> Range<UInt64> {
    BootPlan.wholePages(range, UInt64(machine.pageSize.shift)) ?? 0..<0
  }

  private mutating func reserve(_ name: String, _ range: PhysicalRange) throws(StrategyError) {
    guard machine.memory.contains(range), !machine.reserved.overlaps(range) else {
      throw .rangeNotFree(name)
    }
    machine.reserved.insert(range)
  }

  /// The lowest free place of a size: bootmem begins at the start of memory.
  private func lowestRoom(_ name: String, _ size: ByteCount, _ alignment: Alignment)
    throws(StrategyError) -> PhysicalRange
  {
    for run in machine.memory.subtracting(machine.reserved).ranges {
      guard let start = alignment.up(run.start), start <= run.end,
        let range = PhysicalRange(start: start, size: size), run.contains(range)
      else { continue }
      return range
    }
    throw .noRoom(name)
  }

  /// `mem=`: an amount, not an address; what lies behind it is nobody's.
  private mutating func limit(_ visible: ByteCount, _ parts: [PoolDescription])
    throws(StrategyError)
  {
    var left = machine.pageSize.alignment.down(visible)
    var shown: [PhysicalRange] = []
    for run in machine.memory.ranges where left > .zero {
      let part = Swift.min(left, run.size)
      shown.append(PhysicalRange(start: run.start, saturating: part))
      left = left - part
    }
    let hidden = machine.memory.subtracting(PhysicalRegionSet(shown))
    var taken = PhysicalRegionSet()
    for part in parts {
      guard hidden.contains(part.range), !taken.overlaps(part.range) else {
        throw .rangeNotHidden(part.name)
      }
      taken.insert(part.range)
      regions.append(.single(part.name, pages(part.range)))
    }
    machine.memory = PhysicalRegionSet(shown)
    machine.reserved = machine.reserved.intersection(machine.memory)
  }

  private mutating func setUp2010(_ list: [CMA2010Region], _ map: [CMA2010Rule])
    throws(StrategyError)
  {
    for region in list {
      let range: PhysicalRange
      if let base = region.base {
        guard let fixed = PhysicalRange(start: base, size: region.size) else {
          throw .rangeNotFree(region.name)
        }
        range = fixed
      } else {
        range = try lowestRoom(region.name, region.size, region.alignment)
      }
      try reserve(region.name, range)
      regions.append(.bestFit(region.name, pages(range)))
    }
    for name in map.flatMap(\.regions) where !list.contains(where: { $0.name == name }) {
      throw .noSuchRegion(name)
    }
  }

  private mutating func setUp2011(_ contexts: [CMA2011Context]) throws(StrategyError) {
    // The patches put MIGRATE_CMA behind all other fallbacks.
    machine.cmaUse = .lastResort
    machine.atomicPools = .none
    for context in contexts {
      let shift = Swift.max(context.minimumAlignment.shift, machine.pageSize.shift)
      let minimum = UInt64(1) << UInt64(shift - machine.pageSize.shift)
      var area: CMAAreaID?
      if context.isPrivate {
        try reserve(context.name, context.range)
      } else {
        guard machine.memory.contains(context.range),
          !machine.reserved.overlaps(context.range)
        else { throw .rangeNotFree(context.name) }
        area = CMAAreaID(machine.cmaAreas.count)
        machine.cmaAreas.append(CMAAreaDescription(name: context.name, range: context.range))
      }
      regions.append(
        .firstFit(context.name, pages(context.range), minimum: minimum, area: area)
      )
    }
  }
}
