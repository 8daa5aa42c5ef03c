public import PhysicalMemory

/// What a report asks.
extension PageAllocator {
  /// The zones, in the machine's order.
  public func zoneReports() -> [ZoneReport] {
    var reports: [ZoneReport] = []
    for zone in 0..<zones.count {
      let state = zones[zone]
      reports.append(
        ZoneReport(
          kind: state.kind,
          managed: UInt64(state.managed),
          free: UInt64(state.free),
          freeCMA: UInt64(state.freeCMA),
          minimum: UInt64(state.minimum),
          low: UInt64(state.low),
          high: UInt64(state.high)
        )
      )
    }
    return reports
  }

  /// Bytes that the allocator keeps for pages, lists, pageblocks and bitmaps.
  public var metadataByteCount: Int {
    words.byteCount + pageblocks.byteCount + bits.byteCount
      + zones.byteCount + pagePlans.byteCount
  }

  /// Free pages of all zones.
  public var freePageCount: UInt64 {
    var pages = 0
    for zone in 0..<zones.count { pages += zones[zone].free }
    return UInt64(pages)
  }

  /// `CmaTotal` of `/proc/meminfo`, in pages: the areas that are active.
  public var cmaPageCount: UInt64 {
    areas.reduce(0) { $0 + ($1.isActive ? UInt64($1.pages) : 0) }
  }

  /// `CmaFree` of `/proc/meminfo`, in pages: what neither drivers nor movable pages hold.
  public var freeCMAPageCount: UInt64 {
    var pages = 0
    for zone in 0..<zones.count { pages += zones[zone].freeCMA }
    return UInt64(pages)
  }

  /// The number of free blocks of each order, from 0 up, of one type in one zone
  /// (`/proc/pagetypeinfo`).
  public func freeBlocks(_ kind: ZoneKind, _ type: MigrateType) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: maxOrder + 1)
    for zone in 0..<zones.count where zones[zone].kind == kind {
      for order in 0...maxOrder {
        counts[order] += UInt64(blockCount(zone, type, order))
      }
    }
    return counts
  }

  /// The number of free blocks of each order, from 0 up, in one zone (`/proc/buddyinfo`).
  public func freeBlocks(_ kind: ZoneKind) -> [UInt64] {
    MigrateType.allCases.reduce([UInt64](repeating: 0, count: maxOrder + 1)) { sum, type in
      zip(sum, freeBlocks(kind, type)).map { $0 + $1 }
    }
  }

  /// The number of pageblocks of each type in one zone, in the order of `MigrateType`
  /// (`/proc/pagetypeinfo`).
  public func pageblockCounts(_ kind: ZoneKind) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: MigrateType.allCases.count)
    for block in 0..<pageblocks.count where zones[pageblocks[block].zone].kind == kind {
      counts[Int(pageblocks[block].type.rawValue)] += 1
    }
    return counts
  }

  /// The state of a CMA area.
  ///
  /// - Complexity: O(area).
  public func report(_ area: CMAAreaID) -> PoolReport {
    let state = areas[area.index]
    var report = report(
      state.name,
      state.bitmap,
      PageFrameNumber(state.firstPage),
      used: state.usedPages,
      peak: state.peakPages,
      orderPerBit: state.orderPerBit
    )
    report.pagesServed = state.pagesServed
    report.pagesRefused = state.pagesRefused
    return report
  }

  /// Whether a CMA area was activated at boot.
  public func isActive(_ area: CMAAreaID) -> Bool { areas[area.index].isActive }

  /// The state of a coherent pool.
  ///
  /// - Complexity: O(pool).
  public func report(_ pool: CoherentPoolID) -> PoolReport {
    let state = coherentPools[pool.index]
    return report(
      state.name,
      state.bitmap,
      PageFrameNumber(holding: state.range.start, machine.pageSize),
      used: state.used,
      peak: state.peak
    )
  }

  /// The states of the atomic pools, in the order in which they were made.
  public func atomicPoolReports() -> [PoolReport] {
    atomicPools.map {
      report(
        $0.pool.name,
        $0.pool.bitmap,
        PageFrameNumber($0.firstPage),
        used: $0.pool.used,
        peak: $0.pool.peak
      )
    }
  }

  private func report(
    _ name: String,
    _ bitmap: Bitmap,
    _ first: PageFrameNumber,
    used: Int,
    peak: Int,
    orderPerBit: Int = 0
  ) -> PoolReport {
    var largest = 0..<0
    bits.forEachClearRun(bitmap) { if $0.count > largest.count { largest = $0 } }
    let start = PageFrameNumber(first.rawValue + UInt64(largest.lowerBound << orderPerBit))
    return PoolReport(
      name: name,
      pages: UInt64(bitmap.count << orderPerBit),
      usedPages: UInt64(used),
      peakPages: UInt64(peak),
      largestFree: largest.isEmpty
        ? nil : PageExtent(first: start, pages: UInt64(largest.count << orderPerBit))
    )
  }

  /// Who holds pages of a CMA area, drivers and borrowers alike, most pages first.
  ///
  /// - Complexity: O(area).
  public func holders(of area: CMAAreaID) -> [OwnerShare] {
    holders(of: machine.cmaAreas[area.index].range)
  }

  /// Who holds pages of a coherent pool, most pages first.
  public func holders(of pool: CoherentPoolID) -> [OwnerShare] {
    var counts: [OwnerUse: UInt64] = [:]
    for holding in coherentPools[pool.index].holdings {
      counts[OwnerUse(owner: holding.owner, use: .dma), default: 0] += UInt64(holding.units.count)
    }
    return Self.shares(counts)
  }

  /// Who holds pages of a range of memory, most pages first.
  ///
  /// - Complexity: O(pages).
  public func holders(of range: PhysicalRange) -> [OwnerShare] {
    var counts: [OwnerUse: UInt64] = [:]
    forEachBlock(in: range) { word, pages in
      guard word.isUsed else { return }
      counts[OwnerUse(owner: word.owner, use: word.use), default: 0] += UInt64(pages)
    }
    return Self.shares(counts)
  }

  private struct OwnerUse: Hashable {
    let owner: OwnerID
    let use: PageUse
  }

  private static func shares(_ counts: [OwnerUse: UInt64]) -> [OwnerShare] {
    counts.map { OwnerShare(owner: $0.key.owner, use: $0.key.use, pages: $0.value) }
      .sorted {
        ($1.pages, $0.owner.rawValue, $0.use.rawValue)
          < ($0.pages, $1.owner.rawValue, $1.use.rawValue)
      }
  }

  /// Calls `body` with the first word of each block that has pages in `range` and their number.
  func forEachBlock(in range: PhysicalRange, _ body: (PageWord, Int) -> Void) {
    guard let pages = BootPlan.wholePages(range, UInt64(machine.pageSize.shift)) else { return }
    for index in 0..<spans.count {
      let span = spans[index]
      let part = pages.clamped(to: span.start..<span.end)
      guard !part.isEmpty else { continue }
      let start = span.base + Int(part.lowerBound - span.alignedStart)
      let end = start + part.count
      var position = start
      while position < end {
        let first = head(of: position)
        let next = first + (1 << words[first].order)
        body(words[first], Swift.min(next, end) - position)
        position = next
      }
    }
  }
}

extension PageAllocator {
  /// The runs of pages of an area that drivers hold, counted from its first page, ascending.
  ///
  /// - Complexity: O(area).
  public func usedRuns(of area: CMAAreaID) -> [Range<UInt64>] {
    let bitmap = areas[area.index].bitmap
    let shift = UInt64(areas[area.index].orderPerBit)
    var runs: [Range<UInt64>] = []
    var next = 0
    bits.forEachClearRun(bitmap) { clear in
      if clear.lowerBound > next {
        runs.append(UInt64(next) << shift..<UInt64(clear.lowerBound) << shift)
      }
      next = clear.upperBound
    }
    if next < bitmap.count { runs.append(UInt64(next) << shift..<UInt64(bitmap.count) << shift) }
    return runs
  }
}
