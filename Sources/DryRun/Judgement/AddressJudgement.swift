import Layout
import PageAllocator
import PhysicalMemory

/// What can be said about addresses without a run: reach, alignment, boundary.
struct AddressJudgement {
  let model: MachineModel
  let device: DeviceModel
  /// The device's buffers in all streams of the workload; empty where none is known.
  let needs: [BufferNeed]

  // MARK: Reach

  /// Whether every place that a buffer can come from is in the device's reach.
  func reach() -> Finding {
    var worst = Finding(.met, .guaranteed)
    for source in sources() { worst = Finding.worse(worst, reach(source)) }
    return worst
  }

  private struct Source: Hashable {
    let name: String?
    let addresses: PhysicalRegionSet
  }

  /// The pools that the buffers come from, the page allocator last.
  private func sources() -> [Source] {
    var regions: [LayoutRegion] = []
    var usesPages = false
    let usable = { (region: LayoutRegion) in
      model.place(region.name) != nil && model.place(region.name) != .absent
    }
    for need in needs {
      if let region = need.region, usable(region) {
        if !regions.contains(region) { regions.append(region) }
      } else if need.region == nil {
        usesPages = true
      }
    }
    if needs.isEmpty {
      regions = device.device.pools.compactMap { model.layout.region(named: $0) }.filter(usable)
      if device.device.pools.isEmpty, let region = model.region(device, nil) { regions = [region] }
      usesPages = regions.isEmpty && device.device.pools.isEmpty
    }
    var sources = regions.map { Source(name: $0.name, addresses: PhysicalRegionSet([$0.range])) }
    if usesPages { sources.append(Source(name: nil, addresses: pageAddresses())) }
    return sources
  }

  /// Where the page allocator's memory for the device can lie: what Linux believes it reaches.
  private func pageAddresses() -> PhysicalRegionSet {
    let ram = model.machine.memory
    let bits = min(device.device.maskBits, 64)
    let limit: UInt64 = bits == 64 ? .max : (1 << bits) - 1
    if model.machine.architecture == .arm {
      // No check of the result, only the choice of the zone.
      let wantsDMA = limit < 0xffff_ffff && model.machine.hasZoneDMA
      let zones = model.machine.zones.filter { $0.kind <= (wantsDMA ? .dma : .normal) }
      return ram.intersection(PhysicalRegionSet(zones.map(\.range)))
    }
    let windows = device.device.windows
    guard !windows.isEmpty else {
      let end = limit == .max ? limit : limit + 1
      return ram.intersection(PhysicalRange(start: PhysicalAddress(0), end: PhysicalAddress(end)))
    }
    let parts = windows.compactMap { window -> PhysicalRange? in
      guard window.bus.rawValue <= limit else { return nil }
      let room = limit - window.bus.rawValue
      let size = min(window.cpu.size.rawValue, room == .max ? room : room + 1)
      return PhysicalRange(start: window.cpu.start, saturating: ByteCount(size))
    }
    return ram.intersection(PhysicalRegionSet(parts))
  }

  private func reach(_ source: Source) -> Finding {
    let reachable = source.addresses.intersection(device.device.reach)
    let facts = Reason.reach(
      pool: source.name,
      reachable: reachable.size,
      whole: source.addresses.size
    )
    if reachable == source.addresses, !reachable.isEmpty { return Finding(.met, .guaranteed) }
    return Finding(reachable.isEmpty ? .notMet : .atRisk, facts)
  }

  // MARK: Alignment

  /// The alignment of the window that shows a region: bus addresses are at most as aligned.
  private func windowAlignment(_ region: LayoutRegion?) -> Alignment {
    var shift: UInt8 = 63
    for window in device.device.windows {
      if let region, !window.cpu.overlaps(region.range) { continue }
      let offset = window.bus.rawValue &- window.cpu.start.rawValue
      if offset != 0 { shift = min(shift, UInt8(offset.trailingZeroBitCount)) }
    }
    return Alignment(shift: shift)
  }

  /// Whether the allocator aligns every buffer as its device needs.
  func alignment() -> Finding {
    let isAsked = needs.contains { needed($0) > .byte } || device.device.alignment > .byte
    guard isAsked else { return Finding(.notNeeded, .noLimit) }
    guard !needs.isEmpty else { return Finding(.unknown, .noWorkload) }
    return needs.map(alignment).reduce(Finding(.met, .guaranteed), Finding.worse)
  }

  private func needed(_ need: BufferNeed) -> Alignment {
    max(need.buffer.alignment, device.device.alignment)
  }

  private func alignment(_ need: BufferNeed) -> Finding {
    let needed = needed(need)
    let guaranteed = min(need.guaranteed, windowAlignment(need.region))
    if guaranteed >= needed { return Finding(.met, .guaranteed) }
    let facts = Reason.alignment(
      buffer: need.buffer.name,
      needed: needed,
      guaranteed: guaranteed
    )
    return Finding(canBeAligned(need, needed) ? .atRisk : .notMet, facts)
  }

  /// Whether some place in the region has the alignment.
  private func canBeAligned(_ need: BufferNeed, _ needed: Alignment) -> Bool {
    guard windowAlignment(need.region) >= needed else { return false }
    guard let region = need.region else { return true }
    guard let first = needed.up(region.range.start), first < region.range.end else { return false }
    if case .coherent = need.place {
      // Places are multiples of the rounded size from the base.
      let step = need.pages << UInt64(model.machine.pageSize.shift)
      let offset = first.rawValue - region.range.start.rawValue
      if step != 0, step <= needed.bytes.rawValue, offset % step != 0 { return false }
    }
    return region.range.end.rawValue - first.rawValue >= need.buffer.size.rawValue
  }

  // MARK: Boundary

  /// Whether no buffer can cross a multiple of the device's boundary.
  func boundary() -> Finding {
    guard let boundary = device.device.boundary, boundary > .zero else {
      return Finding(.notNeeded, .noLimit)
    }
    guard !needs.isEmpty else { return Finding(.unknown, .noWorkload) }
    return needs.map { self.boundary($0, boundary) }
      .reduce(Finding(.met, .guaranteed), Finding.worse)
  }

  private func boundary(_ need: BufferNeed, _ boundary: ByteCount) -> Finding {
    let aligned = min(need.guaranteed, windowAlignment(need.region))
    let facts = Reason.boundary(
      buffer: need.buffer.name,
      size: need.buffer.size,
      boundary: boundary,
      guaranteed: aligned
    )
    if need.buffer.size > boundary { return Finding(.notMet, facts) }
    // A buffer within one aligned block crosses no multiple of a multiple of that block.
    if need.buffer.size <= aligned.bytes, aligned.divides(boundary) {
      return Finding(.met, .guaranteed)
    }
    if let region = need.region, isInOneBlock(region.range, boundary) {
      return Finding(.met, .guaranteed)
    }
    return Finding(.atRisk, facts)
  }

  /// Whether a region has no multiple of the boundary inside, as the device sees it.
  private func isInOneBlock(_ range: PhysicalRange, _ boundary: ByteCount) -> Bool {
    guard !range.isEmpty else { return false }
    let windows = device.device.windows
    var offset: UInt64 = 0
    if !windows.isEmpty {
      guard let window = windows.first(where: { $0.cpu.contains(range) }) else { return false }
      offset = window.bus.rawValue &- window.cpu.start.rawValue
    }
    let first = range.start.rawValue &+ offset
    let last = (range.end.rawValue - 1) &+ offset
    return first <= last && first / boundary.rawValue == last / boundary.rawValue
  }
}
