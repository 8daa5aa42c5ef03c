import PhysicalMemory

/// What must be true of the allocator between any two calls.
extension PageAllocator {
  /// Looks at every page, list, counter and bitmap; gives the first rule that is broken, or nil.
  ///
  /// - Complexity: O(pages).
  public func checkInvariants() -> String? {
    checkTiling() ?? checkLists() ?? checkCounters() ?? checkBitmaps() ?? checkCoarseBitmaps()
      ?? checkProcessorLists()
  }

  /// Blocks tile each span, are aligned, and words inside blocks are zero.
  private func checkTiling() -> String? {
    for index in 0..<spans.count {
      let span = spans[index]
      var position = span.base
      while position < span.base + span.count {
        let word = words[position]
        if let broken = words.checkState(position) { return broken }
        if word.isTail { return "position \(position) belongs to no block" }
        let size = 1 << word.order
        if word.order > maxOrder { return "the block at \(position) is above the largest order" }
        if position & (size - 1) != 0 { return "the block at \(position) is not aligned" }
        for page in position + 1..<position + size where !words[page].isTail {
          return "page \(page) inside the block at \(position) has a word of its own"
        }
        if word.isUsed, word.isIsolated, processor == nil {
          return "the block at \(position) is still isolated"
        }
        if pageblocks[position >> pageblockOrder].type == .isolate {
          return "the pageblock of \(position) is still isolated"
        }
        position += size
      }
    }
    return nil
  }

  /// Every free block is on the list of its order and type exactly once, and no two free buddies
  /// inside a pageblock are apart.
  private func checkLists() -> String? {
    var onLists = 0
    for zone in 0..<zones.count {
      for type in MigrateType.allCases {
        for order in 0..<Self.orderStride {
          if let broken = checkList(zone, type, order) { return broken }
          onLists += blockCount(zone, type, order)
        }
      }
    }
    for zone in 0..<zones.count {
      let floors = floors(zone)
      for type in MigrateType.allCases where type.isMergeable {
        let floor = type == .movable ? floors.movable : floors.other
        if words.floor(maskIndex(zone, type)) != floor { return "the floor of \(type) is old" }
      }
    }
    var free = 0
    for position in 0..<words.count where words[position].isFree {
      free += 1
      if let broken = checkMerged(position) { return broken }
    }
    return free == onLists ? nil : "\(free) free blocks, but \(onLists) on lists"
  }

  private func checkList(_ zone: Int, _ type: MigrateType, _ order: Int) -> String? {
    let name = "list \(zones[zone].kind)/\(type)/\(order)"
    let bit = words.orders(maskIndex(zone, type)) >> UInt32(order) & 1
    let list = listIndex(zone, type, order)
    if (bit == 1) != (words.length(ofList: list) > 0) { return "\(name): the order mask is wrong" }
    var seen = 0
    let broken = words.forEach(ofList: list) { position in
      seen += 1
      guard position < words.count else { return "\(name): \(position) is no page" }
      let word = words[position]
      if !word.isFree || word.order != order || word.type != type
        || self.zone(at: position) != zone
      {
        return "\(name): \(position) does not belong on it"
      }
      return words.checkPlace(position, list: list).map { "\(name): \($0)" }
    }
    if let broken { return broken }
    let count = words.length(ofList: list)
    return seen == count ? nil : "\(name): \(seen) blocks, counted \(count)"
  }

  private func checkMerged(_ position: Int) -> String? {
    let word = words[position]
    let buddy = position ^ (1 << word.order)
    // From a pageblock on, buddies whose types became alike after they were freed stay apart.
    guard word.order < Swift.min(maxOrder, pageblockOrder),
      words.isFree(buddy, order: word.order)
    else { return nil }
    return "free buddies \(position) and \(buddy) are not merged"
  }

  /// Counters agree with the pages.
  private func checkCounters() -> String? {
    var free = [Int](repeating: 0, count: zones.count)
    var cma = free
    var owned = free
    var droppable = [Int](repeating: 0, count: pageblocks.count)
    for position in 0..<words.count where !words[position].isTail {
      let word = words[position]
      let zone = self.zone(at: position)
      let pages = 1 << word.order
      if word.isFree {
        owned[zone] += pages
        free[zone] += pages
        if pageblockType(at: position) == .cma { cma[zone] += pages }
        if (word.type == .cma) != (pageblockType(at: position) == .cma) {
          return "the free block at \(position) is on the wrong side of CMA"
        }
      } else if word.isUsed {
        owned[zone] += pages
        if word.use.isDroppable { droppable[position >> pageblockOrder] += pages }
      }
    }
    for zone in 0..<zones.count {
      let state = zones[zone]
      if free[zone] != state.free {
        return "zone \(state.kind): \(free[zone]) free pages, counted \(state.free)"
      }
      if cma[zone] != state.freeCMA {
        return "zone \(state.kind): \(cma[zone]) free CMA pages, counted \(state.freeCMA)"
      }
      if owned[zone] != state.managed {
        return "zone \(state.kind): \(owned[zone]) pages, managed \(state.managed)"
      }
    }
    for block in 0..<pageblocks.count where droppable[block] != Int(pageblocks[block].droppable) {
      return "pageblock \(block): \(droppable[block]) droppable pages"
    }
    return nil
  }

  /// A bit of an area is set exactly where a driver or the kernel holds the page.
  private func checkBitmaps() -> String? {
    for area in areas where area.isActive && area.orderPerBit == 0 {
      var used = 0
      var position = area.base
      while position < area.base + area.bitmap.count {
        let first = head(of: position)
        let word = words[first]
        let end = Swift.min(first + (1 << word.order), area.base + area.bitmap.count)
        let isHeld = word.isUsed && word.use == .dma
        let range = position - area.base..<end - area.base
        if bits.first(area.bitmap, !isHeld, in: range) != range.upperBound {
          return "area \(area.name): the bitmap is wrong at page \(range.lowerBound)"
        }
        if isHeld { used += range.count }
        position = end
      }
      if used != area.usedPages { return "area \(area.name): \(used) pages in use" }
    }
    for pool in coherentPools {
      var set = pool.bitmap.count
      bits.forEachClearRun(pool.bitmap) { set -= $0.count }
      if set != pool.used { return "pool \(pool.name): \(set) bits set, \(pool.used) in use" }
      if pool.holdings.reduce(0, { $0 + $1.units.count }) != set {
        return "pool \(pool.name): holdings and bits differ"
      }
    }
    return nil
  }
}
