import PhysicalMemory

/// `mm/cma.c: cma_init_reserved_areas`, a core initcall.
extension Replay {
  /// Hands the pages of each area to the page allocator, or finds that it can not.
  mutating func activateAreas() throws(BootPanic) {
    let ram = PhysicalRegionSet(memblock.memory.entries.map(\.range))
    for index in map.cma.indices {
      let area = map.cma[index]
      let range = PhysicalRange(start: area.base, saturating: area.size)
      if let panic = fatal(area, range, before: map.cma[..<index], ram: ram) {
        for later in index..<map.cma.count { map.cma[later].isActive = false }
        throw panic
      }
      let zones = map.zones.filter { $0.spanned.overlaps(range) }
      if zones.count > 1 {
        log("cma: CMA area \(area.name) could not be activated")
        map.cma[index].isActive = false
        map.cma[index].size = .zero
      }
    }
  }

  private func fatal(
    _ area: CMAArea,
    _ range: PhysicalRange,
    before: ArraySlice<CMAArea>,
    ram: PhysicalRegionSet
  ) -> BootPanic? {
    if !ram.contains(range), target.architecture != .arm {
      return .areaWithoutMemory(name: area.name, range)
    }
    for other in before where other.isActive {
      let taken = PhysicalRange(start: other.base, saturating: other.size)
      if let shared = taken.intersection(range) {
        return .areasOverlap(other.name, area.name, shared)
      }
    }
    if let kernel = objects.kernel, kernel.overlaps(range) {
      return .areaOverKernel(name: area.name, range)
    }
    return nil
  }
}
