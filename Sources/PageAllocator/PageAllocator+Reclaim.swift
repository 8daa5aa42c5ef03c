import PhysicalMemory

/// Giving back pages whose content can be had again.
///
/// Linux keeps least-recently-used lists. Here a hand goes round the pageblocks of the node and drops
/// what it meets, lowest page first, which is as good as any order for pages of unknown age.
extension PageAllocator {
  /// Drops clean file pages and reclaimable slab, and swaps out while there is swap, until about
  /// `pages` are free again; gives the number that became free.
  ///
  /// - Complexity: O(pageblocks) if little can be dropped.
  mutating func reclaim(_ pages: Int, upTo highest: ZoneKind) -> Int {
    var freed = 0
    var visited = 0
    while freed < pages, visited <= pageblocks.count {
      let block = reclaimHand
      if pageblocks[block].droppable > 0, zones[pageblocks[block].zone].kind <= highest {
        freed += drop(inPageblock: block, atMost: pages - freed) { $0.use.isDroppable }
      }
      if freed < pages {
        visited += 1
        advanceHand()
      }
    }
    if freed < pages, swappedPages < machine.swapPages {
      freed += swapOut(pages - freed, upTo: highest)
    }
    statistics.pagesReclaimed += UInt64(freed)
    return freed
  }

  private mutating func advanceHand() {
    reclaimHand = reclaimHand + 1 == pageblocks.count ? 0 : reclaimHand + 1
  }

  private mutating func swapOut(_ pages: Int, upTo highest: ZoneKind) -> Int {
    let room = Int(clamping: machine.swapPages - swappedPages)
    let wanted = Swift.min(pages, room)
    var freed = 0
    for _ in 0..<pageblocks.count where freed < wanted {
      if zones[pageblocks[reclaimHand].zone].kind <= highest {
        let left = room - freed
        freed += drop(inPageblock: reclaimHand, atMost: wanted - freed) {
          $0.use.isSwappable && 1 << $0.order <= left
        }
      }
      if freed < wanted { advanceHand() }
    }
    swappedPages += UInt64(freed)
    return freed
  }

  /// Frees blocks in use of one pageblock that `condition` allows, unless pinned or being migrated.
  private mutating func drop(
    inPageblock block: Int,
    atMost limit: Int,
    where condition: (PageWord) -> Bool
  ) -> Int {
    var position = block << pageblockOrder
    let end = position + pageblockPages
    var freed = 0
    while position < end, freed < limit {
      let word = words[position]
      if word.isTail {
        position += 1
        continue
      }
      if word.isUsed, !word.isPinned, !word.isIsolated, condition(word) {
        if recordsRelocations { note(position, .dropped, word) }
        if isTraced { tell(.dropped(pageFrame(at: position), Order(UInt8(word.order)))) }
        release(position)
        freed += 1 << word.order
      }
      position += 1 << word.order
    }
    return freed
  }

  /// Notes for the caller what became of a block.
  @inline(__always) mutating func note(_ from: Int, _ fate: Relocation.Fate, _ word: PageWord) {
    relocationLog.append(
      Relocation(
        from: pageFrame(at: from),
        order: Order(UInt8(word.order)),
        owner: word.owner,
        fate: fate
      )
    )
  }

  // MARK: Background

  /// `wakeup_kswapd`.
  mutating func wakeBackgroundReclaim(_ highest: ZoneKind) {
    guard hasWatermarks else { return }
    backgroundReclaimFor = Swift.max(backgroundReclaimFor ?? highest, highest)
  }

  /// What `kswapd` does once woken: reclaim until some zone of the request is above its high
  /// watermark (`balance_pgdat`), then forget the boosts.
  mutating func reclaimInBackground() {
    guard let highest = backgroundReclaimFor else { return }
    backgroundReclaimFor = nil
    while !isBalanced(highest), reclaim(32, upTo: highest) > 0 {}
    for zone in 0..<zones.count where zones[zone].kind <= highest {
      zones[zone].boost = 0
      setFloors(zone)
    }
  }

  /// The same, but the block that was just handed out stays.
  mutating func reclaimInBackground(sparing head: Int) {
    words[head].isIsolated = true
    reclaimInBackground()
    words[head].isIsolated = false
  }

  /// `pgdat_balanced` for single pages.
  private func isBalanced(_ highest: ZoneKind) -> Bool {
    for zone in 0..<zones.count where zones[zone].kind <= highest && zones[zone].managed > 0 {
      let mark = zones[zone].high + zones[zone].boost
      if watermarkAllows(zone, 0, mark: mark, for: highest, .cma) { return true }
    }
    return false
  }

  /// Drops clean file pages and reclaimable slab until `pages` are free again or nothing is left,
  /// as `/proc/sys/vm/drop_caches` does; gives the number that became free.
  @discardableResult
  public mutating func dropCaches(atMost pages: UInt64 = .max) -> UInt64 {
    var freed = 0
    let limit = Int(clamping: pages)
    for block in 0..<pageblocks.count where pageblocks[block].droppable > 0 && freed < limit {
      freed += drop(inPageblock: block, atMost: limit - freed) { $0.use.isDroppable }
    }
    statistics.pagesReclaimed += UInt64(freed)
    return UInt64(freed)
  }
}
