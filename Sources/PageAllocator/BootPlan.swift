import PhysicalMemory

/// Where the pages of a machine get their positions, and what is free at boot.
///
/// Everything that can be wrong with a machine is found here, so the rest of the boot can not fail.
struct BootPlan {
  private(set) var spans: [Span] = []
  /// Pages free when the buddy allocator takes over, as half-open runs of page numbers, ascending.
  private(set) var free: [Range<UInt64>] = []
  private(set) var positions = 0
  private(set) var bitmapWords = 0

  init(_ machine: Machine) throws(MachineError) {
    try Self.check(machine)
    try Self.checkAreas(machine)
    let shift = UInt64(machine.pageSize.shift)
    let taken = PhysicalRegionSet(
      (machine.cmaAreas + machine.coherentPools + machine.restrictedPools).map(\.range)
    )
    let freeMemory = machine.memory.subtracting(machine.reserved).subtracting(taken)
    free = freeMemory.ranges.compactMap { Self.wholePages($0, shift) }
    try place(machine, shift)
    for pool in machine.cmaAreas + machine.coherentPools {
      bitmapWords += Bitmap.wordsWithIndex(Int(machine.pageSize.pages(holding: pool.range.size)))
    }
    for pool in machine.restrictedPools {
      bitmapWords += Bitmap.wordsWithIndex(Int(pool.range.size.rawValue >> 11))
    }
    bitmapWords += 3 * Bitmap.wordsWithIndex(1 << Int(machine.maxOrder.rawValue))
  }

  /// The pages that lie whole in `range` (`memblock_free_all` rounds inward).
  static func wholePages(_ range: PhysicalRange, _ shift: UInt64) -> Range<UInt64>? {
    let mask = (UInt64(1) << shift) - 1
    let start = (range.start.rawValue >> shift) + (range.start.rawValue & mask == 0 ? 0 : 1)
    let end = range.end.rawValue >> shift
    return start < end ? start..<end : nil
  }

  private static func check(_ machine: Machine) throws(MachineError) {
    guard !machine.zones.isEmpty else { throw .zonesUnordered }
    for (lower, upper) in zip(machine.zones, machine.zones.dropFirst()) {
      guard lower.kind < upper.kind, lower.range.end <= upper.range.start else {
        throw .zonesUnordered
      }
    }
    guard machine.pageblockOrder.rawValue > 0, machine.pageblockOrder <= machine.maxOrder,
      machine.maxOrder.rawValue <= 15 else {
      throw .ordersOutOfBounds
    }
    if let area = machine.defaultCMAArea, !machine.cmaAreas.indices.contains(area.index) {
      throw .noSuchArea
    }
    if let pool = machine.globalPool, !machine.coherentPools.indices.contains(pool.index) {
      throw .noSuchArea
    }
  }

  private static func checkAreas(_ machine: Machine) throws(MachineError) {
    let shift = machine.pageSize.shift + machine.pageblockOrder.rawValue
    let zoned = PhysicalRegionSet(machine.zones.map(\.range)).intersection(machine.memory)
    for (index, area) in machine.cmaAreas.enumerated() {
      let mask = (UInt64(1) << UInt64(shift)) - 1
      guard area.range.start.rawValue & mask == 0, area.range.size.rawValue & mask == 0,
        !area.range.isEmpty
      else { throw .cmaAreaMisaligned(area.name) }
      guard zoned.contains(area.range) else { throw .cmaAreaOutsideMemory(area.name) }
      for other in machine.cmaAreas[..<index] where other.range.overlaps(area.range) {
        throw .cmaAreasOverlap(other.name, area.name)
      }
    }
  }

  /// Gives every largest block that has memory a place, zone by zone.
  private mutating func place(_ machine: Machine, _ shift: UInt64) throws(MachineError) {
    let block = UInt64(1) << UInt64(machine.maxOrder.rawValue)
    for (zone, description) in machine.zones.enumerated() {
      let runs = machine.memory.intersection(description.range).ranges.compactMap {
        Self.wholePages($0, shift)
      }
      var index = runs.startIndex
      while index < runs.endIndex {
        let start = runs[index].lowerBound
        var end = runs[index].upperBound
        index += 1
        while index < runs.endIndex,
          runs[index].lowerBound & ~(block - 1) <= end + (block - 1) & ~(block - 1)
        {
          end = runs[index].upperBound
          index += 1
        }
        let alignedStart = start & ~(block - 1)
        let count = (end + (block - 1)) & ~(block - 1) - alignedStart
        guard UInt64(positions) + count <= 1 << 28 else {
          throw .tooManyPages(UInt64(positions) + count)
        }
        spans.append(
          Span(
            start: start,
            end: end,
            alignedStart: alignedStart,
            base: positions,
            count: Int(count),
            zone: zone
          )
        )
        positions += Int(count)
      }
    }
  }
}
