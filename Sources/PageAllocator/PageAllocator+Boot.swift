import PhysicalMemory

/// From the memory map to the state in which user space starts.
extension PageAllocator {
  mutating func boot(_ plan: borrowing BootPlan) {
    lay(plan)
    groupsByMobility = machine.groupsByMobility ?? memoryIsWorthGrouping(plan)
    if !groupsByMobility {
      for block in 0..<pageblocks.count { pageblocks[block].type = .unmovable }
    }
    planRequests(isOpen: true)
    releaseFreeMemory(plan)
    for area in machine.cmaAreas { activate(area) }
    for pool in machine.coherentPools {
      let pages = Int(pool.range.size.rawValue >> UInt64(machine.pageSize.shift))
      coherentPools.append(PoolState(pool, bitmap: addBitmap(pages)))
    }
    for pool in machine.restrictedPools {
      let slots = Int(pool.range.size.rawValue >> UInt64(Self.slotShift))
      restrictedPools.append(PoolState(pool, bitmap: addBitmap(slots)))
    }
    computeWatermarks()
    noFragmentKinds = kindsThatPreferNormal()
    createAtomicPools()
    makeProcessorLists()
    for area in areas.indices { areas[area].peakPages = areas[area].usedPages }
    let taken = (statistics.cmaSuccesses, statistics.cmaFailures)
    statistics = AllocatorStatistics()
    (statistics.cmaSuccesses, statistics.cmaFailures) = taken
    relocationLog.removeAll()
  }

  /// Sets up zones, spans and pageblocks, and marks what is not free.
  private mutating func lay(_ plan: borrowing BootPlan) {
    for (index, zone) in machine.zones.enumerated() { zones[index] = ZoneState(kind: zone.kind) }
    for kind in ZoneKind.allCases {
      let zone = machine.zones.lastIndex { $0.kind <= kind } ?? 255
      preferredZones &= ~(255 << (8 * UInt64(kind.rawValue)))
      preferredZones |= UInt64(zone) << (8 * UInt64(kind.rawValue))
    }
    let shift = UInt64(machine.pageSize.shift)
    let memory = machine.memory.ranges.compactMap { BootPlan.wholePages($0, shift) }
    for (index, span) in plan.spans.enumerated() {
      spans[index] = span
      if span.end - span.start > widestSpan.pages {
        widestSpan = WideSpan(
          start: span.start,
          pages: span.end - span.start,
          base: span.base + Int(span.start - span.alignedStart)
        )
      }
      if zones[span.zone].end == 0 { zones[span.zone].first = span.base }
      zones[span.zone].end = span.base + span.count
      let first = span.base >> pageblockOrder
      for block in first..<(span.base + span.count) >> pageblockOrder {
        pageblocks[block] = Pageblock(type: .movable, zone: span.zone)
      }
      markAbsent(span, memory, plan.free)
    }
  }

  /// Writes words for all of a span but the free pages: memory that is held, and holes.
  private mutating func markAbsent(
    _ span: Span,
    _ memory: [Range<UInt64>],
    _ free: [Range<UInt64>]
  ) {
    var cursor = span.alignedStart
    let end = span.alignedStart + UInt64(span.count)
    let visible = span.start..<span.end
    for run in memory.clamped(to: visible) {
      mark(span, cursor, run.lowerBound, reserved: false)
      cursor = run.lowerBound
      for hole in free.clamped(to: run) {
        mark(span, cursor, hole.lowerBound, reserved: true)
        cursor = hole.upperBound
      }
      mark(span, cursor, run.upperBound, reserved: true)
      cursor = run.upperBound
    }
    mark(span, cursor, end, reserved: false)
  }

  private mutating func mark(_ span: Span, _ start: UInt64, _ end: UInt64, reserved: Bool) {
    guard start < end else { return }
    var position = span.base + Int(start - span.alignedStart)
    let last = span.base + Int(end - span.alignedStart)
    while position < last {
      let order = alignedOrder(position, last)
      words[position] = PageWord(absentOrder: order, reserved: reserved)
      position += 1 << order
    }
  }

  /// Fills `pagePlans`; with the short way closed all requests have the lists that are empty.
  mutating func planRequests(isOpen: Bool) {
    for index in 0..<pagePlans.count { pagePlans[index] = UInt8(zones.count * Self.typeStride) }
    guard isOpen else { return }
    for use in PageUse.allCases where !use.isDroppable {
      for kind in ZoneKind.allCases where preferredZone(kind) < zones.count {
        let type = groupsByMobility ? use.migrateType : .unmovable
        let plan = maskIndex(preferredZone(kind), type)
        pagePlans[PageRequest.planIndex(use, kind)] = UInt8(plan)
      }
    }
  }

  /// Whether memory is large enough for grouping by mobility (`build_all_zonelists`).
  private func memoryIsWorthGrouping(_ plan: borrowing BootPlan) -> Bool {
    let areas = machine.cmaAreas.reduce(0) { $0 + machine.pageSize.pages(holding: $1.range.size) }
    let pages = plan.free.reduce(areas) { $0 + UInt64($1.count) }
    return pages >= UInt64(pageblockPages * MigrateType.allCases.count)
  }

  /// `memblock_free_all`, and for high memory `free_highpages` of `arch/arm/mm/init.c`.
  private mutating func releaseFreeMemory(_ plan: borrowing BootPlan) {
    for index in 0..<spans.count {
      let span = spans[index]
      let zone = span.zone
      let isHigh = zones[zone].kind == .highMem
      for run in plan.free.clamped(to: span.start..<span.end) {
        var position = span.base + Int(run.lowerBound - span.alignedStart)
        let end = span.base + Int(run.upperBound - span.alignedStart)
        zones[zone].managed += end - position
        while position < end {
          let order = alignedOrder(position, end)
          giveBack(position, order, pageblockType(at: position), toTail: !isHigh)
          position += 1 << order
        }
      }
    }
  }

  /// `cma_activate_area`: an area that crosses a zone is not activated and its pages become
  /// ordinary memory.
  private mutating func activate(_ area: CMAAreaDescription) {
    let shift = UInt64(machine.pageSize.shift)
    let first = area.range.start.rawValue >> shift
    let pages = Int(area.range.size.rawValue >> shift)
    let base = knownPosition(first)
    let last = position(of: first + UInt64(pages) - 1)
    // Positions go on across a zone's border where that is between two largest blocks.
    let isActive = last == base + pages - 1 && zone(at: base) == zone(at: base + pages - 1)
    areas.append(
      CMAAreaState(
        name: area.name,
        firstPage: first,
        base: base,
        bitmap: addBitmap(pages >> Int(area.orderPerBit.rawValue)),
        orderPerBit: Int(area.orderPerBit.rawValue),
        isActive: isActive
      )
    )
    if isActive {
      fillWithPageblocks(base, pages)
    } else {
      for pfn in first..<first + UInt64(pages) { releaseReserved(knownPosition(pfn)) }
    }
  }

  /// `init_cma_reserved_pageblock` for each pageblock of an area.
  private mutating func fillWithPageblocks(_ base: Int, _ pages: Int) {
    splitBlock(at: base)
    splitBlock(at: base + pages)
    for page in base..<base + pages { words[page] = .tail }
    for position in stride(from: base, to: base + pages, by: pageblockPages) {
      pageblocks[position >> pageblockOrder].type = .cma
      giveBack(position, pageblockOrder, .cma)
      zones[zone(at: position)].managed += pageblockPages
    }
  }

  /// `free_reserved_page`.
  mutating func releaseReserved(_ position: Int) {
    splitBlock(at: position)
    splitBlock(at: position + 1)
    words[position] = .tail
    giveBack(position, 0, pageblockType(at: position))
    zones[zone(at: position)].managed += 1
  }

  /// The zone kinds whose requests prefer the Normal zone, in a kernel with a DMA32 zone
  /// (`alloc_flags_nofragment`).
  private func kindsThatPreferNormal() -> UInt8 {
    var kinds: UInt8 = 0
    guard machine.hasZoneDMA32 else { return kinds }
    for kind in ZoneKind.allCases {
      let preferred = (0..<zones.count).last { zones[$0].kind <= kind && zones[$0].managed > 0 }
      if let preferred, zones[preferred].kind == .normal { kinds |= 1 << kind.rawValue }
    }
    return kinds
  }

  /// Reserves room for a bitmap of `count` bits.
  mutating func addBitmap(_ count: Int) -> Bitmap {
    let bitmap = Bitmap(firstWord: nextBitmapWord, count: count)
    nextBitmapWord += Bitmap.wordsWithIndex(count)
    bits.makeIndex(bitmap)
    return bitmap
  }
}

extension [Range<UInt64>] {
  /// The parts of these runs that lie in `bounds`, without empty ones.
  func clamped(to bounds: Range<UInt64>) -> [Range<UInt64>] {
    compactMap {
      let run = $0.clamped(to: bounds)
      return run.isEmpty ? nil : run
    }
  }
}
