import PhysicalMemory

/// `mm/cma.c: cma_init_reserved_areas`, a core initcall.
extension Replay {
  /// Hands the pages of each area to the page allocator, or finds that it can not.
  mutating func activateAreas() throws(BootPanic) {
    let ram = PhysicalRegionSet(memblock.memory.entries.map(\.range))
    for index in map.cma.indices {
      let area = map.cma[index]
      let range = PhysicalRange(start: area.base, saturating: area.size)
      areasActivated = index
      if !ram.contains(range) {
        try touchMissingMemory(area, range)
      } else if let shared = sharedPages(area, range, before: map.cma[..<index]) {
        // 6.12 reports bad pages and goes on.
        if !target.version.isAtLeast(6, 12) { throw shared }
        map.hazards.append(shared)
      }
      if map.zones.filter({ $0.spanned.overlaps(range) }).count > 1 {
        log("cma: CMA area \(area.name) could not be activated")
        map.cma[index].isActive = false
        map.cma[index].size = .zero
      }
    }
    areasActivated = map.cma.count
  }

  /// The areas that a kernel that dies does not come to serve nothing.
  mutating func deactivateAreas() {
    for index in map.cma.indices.dropFirst(areasActivated) { map.cma[index].isActive = false }
  }

  /// The pages of an area outside RAM have no `struct page`.
  ///
  /// 32-bit arm has one flat map of pages: what lies wholly outside or in a hole reads other memory
  /// and is survived; what runs off the end of RAM is not.
  private mutating func touchMissingMemory(
    _ area: CMAArea,
    _ range: PhysicalRange
  ) throws(BootPanic) {
    let panic = BootPanic.areaWithoutMemory(name: area.name, range)
    guard target.architecture == .arm else { throw panic }
    let end = memblock.end
    if range.start < end, end < range.end {
      areasActivated += 1
      throw panic
    }
    map.hazards.append(panic)
  }

  private func sharedPages(
    _ area: CMAArea,
    _ range: PhysicalRange,
    before: ArraySlice<CMAArea>
  ) -> BootPanic? {
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
