import PhysicalMemory

extension Memblock {
  /// Where a search may look.
  enum Limit {
    /// Up to `currentLimit` (`MEMBLOCK_ALLOC_ACCESSIBLE`).
    case accessible
    /// Anywhere (`MEMBLOCK_ALLOC_ANYWHERE`).
    case anywhere
    /// Below this address, which is neither 0 nor the last one.
    case below(PhysicalAddress)
  }

  /// The end of a search as the kernel's callers pass it: 0 and 1 mean "accessible", all ones
  /// "anywhere" (`memblock_find_in_range_node`).
  func limit(_ end: PhysicalAddress) -> Limit {
    if end.rawValue <= 1 { return .accessible }
    return end == maximum ? .anywhere : .below(end)
  }

  private func end(_ limit: Limit) -> PhysicalAddress {
    switch limit {
    case .accessible: currentLimit
    case .anywhere: maximum
    case .below(let end): end
    }
  }

  /// The free ranges, ascending: each inside one memory entry, without what is reserved
  /// (`__next_mem_range`).
  ///
  /// - Complexity: O(memory + reserved).
  func freeRanges(node: Int? = nil) -> [PhysicalRange] {
    var result: [PhysicalRange] = []
    for entry in memory.entries where isUsable(entry, node: node) {
      var start = entry.range.start
      var index = reserved.firstEnding(above: start)
      while index < reserved.entries.count, reserved.entries[index].range.start < entry.range.end {
        let taken = reserved.entries[index].range
        if taken.start > start { result.append(PhysicalRange(start: start, end: taken.start)) }
        start = taken.end
        index += 1
      }
      if start < entry.range.end {
        result.append(PhysicalRange(start: start, end: entry.range.end))
      }
    }
    return result
  }

  private func isUsable(_ entry: Entry, node: Int?) -> Bool {
    if entry.flags.contains(.noMap) { return false }
    if skipsHotplug, entry.flags.contains(.hotplug) { return false }
    return node == nil || entry.node == node
  }

  /// `memblock_find_in_range_node`: the address of the highest (or lowest) free `size` bytes.
  ///
  /// `alignment` is the raw mask arithmetic of the kernel: a number that is no power of two gives
  /// what it gives there.
  func find(
    _ size: ByteCount,
    alignment: UInt64,
    from start: PhysicalAddress = PhysicalAddress(0),
    _ limit: Limit,
    node: Int? = nil,
    bottomUp: Bool = false
  ) -> PhysicalAddress? {
    // The first page is never given out: 0 means failure.
    let start = max(start, PhysicalAddress(page.rawValue))
    let end = max(start, end(limit))
    let free = freeRanges(node: node)
    let mask = alignment &- 1
    if bottomUp {
      for range in free {
        let low = min(max(range.start, start), end).rawValue
        let high = min(max(range.end, start), end).rawValue
        let candidate = (((low &- 1) | mask) &+ 1) & maximum.rawValue
        if candidate < high, high - candidate >= size.rawValue {
          // Rounding up may have passed the last address.
          return candidate == 0 ? nil : PhysicalAddress(candidate)
        }
      }
      return nil
    }
    for range in free.reversed() {
      let low = min(max(range.start, start), end).rawValue
      let high = min(max(range.end, start), end).rawValue
      if high < size.rawValue { continue }
      let candidate = (high - size.rawValue) & ~mask
      if candidate >= low { return candidate == 0 ? nil : PhysicalAddress(candidate) }
    }
    return nil
  }

  /// `memblock_alloc_range_nid`: finds and reserves; nil where there is no room.
  ///
  /// With a node and `exact` unset, a second search takes any node.
  mutating func allocate(
    _ size: ByteCount,
    alignment: UInt64,
    from start: PhysicalAddress = PhysicalAddress(0),
    _ limit: Limit,
    node: Int? = nil,
    exact: Bool = false,
    bottomUp: Bool = false
  ) -> PhysicalAddress? {
    let alignment = alignment == 0 ? 64 : alignment
    var tries: [Int?] = [node]
    if node != nil, !exact { tries.append(nil) }
    for node in tries {
      guard
        let found = find(
          size,
          alignment: alignment,
          from: start,
          limit,
          node: node,
          bottomUp: bottomUp
        )
      else { continue }
      do { try reserve(found, size) } catch { return nil }
      return found
    }
    return nil
  }

  /// Reserves `count` pages one by one, each the highest that is free below `limit`, as page tables
  /// are taken; gives how many there were room for.
  ///
  /// Equal to `count` calls of `allocate` with one aligned page, in one walk.
  mutating func allocatePages(_ count: UInt64, _ limit: Limit) -> [PhysicalRange] {
    var wanted = count
    var taken: [PhysicalRange] = []
    let mask = page.rawValue - 1
    let end = end(limit)
    for range in freeRanges().reversed() where wanted > 0 {
      let low = (max(range.start.rawValue, page.rawValue) + mask) & ~mask
      let high = min(range.end, end).rawValue & ~mask
      guard low < high else { continue }
      let pages = min(wanted, (high - low) / page.rawValue)
      let base = PhysicalAddress(high - pages * page.rawValue)
      do { try reserve(base, page * pages) } catch { return taken }
      taken.append(PhysicalRange(start: base, saturating: page * pages))
      wanted -= pages
    }
    return taken
  }
}
