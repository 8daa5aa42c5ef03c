import PhysicalMemory

/// `mm/cma.c: cma_init_reserved_areas`, a core initcall.
extension Replay {
  /// Hands the pages of each area to the page allocator, or finds that it can not.
  mutating func activateAreas() throws(BootPanic) {
    let ram = PhysicalRegionSet(memblock.memory.entries.map(\.range))
    var later: BootPanic?
    for index in map.cma.indices {
      let area = map.cma[index]
      let range = PhysicalRange(start: area.base, saturating: area.size)
      // The bitmap of an area is there before its pages are touched.
      areasActivated = index + 1
      if !ram.contains(range) {
        try touchMissingMemory(area, range)
      } else if let shared = sharedPages(range, with: map.cma[..<index], area.name) {
        try survive(shared)
      } else if let kernel = objects.kernel, kernel.overlaps(range) {
        later = .areaOverKernel(name: area.name, range)
      }
      if map.zones.filter({ $0.spanned.overlaps(range) }).count > 1 {
        log("cma: CMA area \(area.name) could not be activated")
        map.cma[index].isActive = false
        map.cma[index].size = .zero
      }
    }
    // The image is used again only when its pages have been given away.
    if let later { try survive(later) }
  }

  /// 6.12 reports bad pages and goes on, older kernels die.
  private mutating func survive(_ panic: BootPanic) throws(BootPanic) {
    if !target.version.isAtLeast(6, 12) { throw panic }
    map.hazards.append(panic)
  }

  /// The areas that a kernel that dies does not come to serve nothing.
  mutating func deactivateAreas() {
    for index in map.cma.indices.dropFirst(areasActivated) { map.cma[index].isActive = false }
  }

  /// The pages of an area outside RAM have no `struct page`.
  ///
  /// 32-bit arm has one flat map of pages: what lies in a hole or above lowmem's addresses reads other
  /// memory and is survived; what runs off the end of RAM, or lies where lowmem would be, is not.
  private mutating func touchMissingMemory(
    _ area: CMAArea,
    _ range: PhysicalRange
  ) throws(BootPanic) {
    let panic = BootPanic.areaWithoutMemory(name: area.name, range)
    guard target.architecture == .arm else { throw panic }
    let end = memblock.end
    let isPastEnd = end < range.end
    if isPastEnd, range.start < end || range.start.rawValue < vmallocBorder { throw panic }
    map.hazards.append(panic)
  }

  private func sharedPages(
    _ range: PhysicalRange,
    with others: ArraySlice<CMAArea>,
    _ name: String
  ) -> BootPanic? {
    for other in others where other.isActive {
      let taken = PhysicalRange(start: other.base, saturating: other.size)
      if let shared = taken.intersection(range) { return .areasOverlap(other.name, name, shared) }
    }
    return nil
  }
}
