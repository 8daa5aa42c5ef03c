import PhysicalMemory

/// Taking from another type's lists when one's own are empty.
extension PageAllocator {
  /// Takes a block that is on another type's lists, or nil when none may be used
  /// (`__rmqueue_fallback`, from 6.12 on `__rmqueue_claim` and `__rmqueue_steal`).
  @inline(never) mutating func takeByFallback(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    guard let fallbacks = type.fallbacks else { return nil }
    let mayMix = !flags.contains(.noFragment)
    let smallest = mayMix ? order : Swift.max(order, pageblockOrder)
    guard smallest <= maxOrder else { return nil }
    for current in stride(from: maxOrder, through: smallest, by: -1) {
      guard let other = firstType(of: fallbacks, in: zone, current) else { continue }
      let canSteal = canSteal(current, for: type)
      if machine.rules == .claimThenSteal {
        if !canSteal { break }
        if let head = claim(from: other, zone, current, order, for: type) { return head }
        continue
      }
      // A movable request that can not claim the pageblock takes the smallest block it can get.
      if !canSteal, type == .movable, current > order {
        return takeSmallestFallback(zone, order, type, fallbacks)
      }
      return steal(from: other, zone, current, order, for: type, wholeBlock: canSteal)
    }
    guard machine.rules == .claimThenSteal, mayMix else { return nil }
    return takeSmallestFallback(zone, order, type, fallbacks)
  }

  private mutating func takeSmallestFallback(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ fallbacks: (MigrateType, MigrateType)
  ) -> Int? {
    for current in order...maxOrder {
      guard let other = firstType(of: fallbacks, in: zone, current) else { continue }
      let mayClaim = machine.rules < .claimThenSteal && canSteal(current, for: type)
      if machine.rules == .claimThenSteal {
        noteFallback(zone, other, current, order, type)
        return takeSingle(from: other, zone, current, order)
      }
      return steal(from: other, zone, current, order, for: type, wholeBlock: mayClaim)
    }
    return nil
  }

  private func firstType(
    of fallbacks: (MigrateType, MigrateType),
    in zone: Int,
    _ order: Int
  ) -> MigrateType? {
    let bit: UInt32 = 1 << UInt32(order)
    if words.orders(maskIndex(zone, fallbacks.0)) & bit != 0 { return fallbacks.0 }
    if words.orders(maskIndex(zone, fallbacks.1)) & bit != 0 { return fallbacks.1 }
    return nil
  }

  /// Whether a request may take over the pageblock of a block of `order` (`can_steal_fallback`).
  private func canSteal(_ order: Int, for type: MigrateType) -> Bool {
    order >= pageblockOrder / 2 || type == .reclaimable || type == .unmovable || !groupsByMobility
  }

  /// `steal_suitable_fallback`: of 6.1, which moves blocks to the type's lists and takes from there,
  /// or of 6.10, which leaves a block that it does not claim on the list of its pageblock.
  private mutating func steal(
    from other: MigrateType,
    _ zone: Int,
    _ current: Int,
    _ order: Int,
    for type: MigrateType,
    wholeBlock: Bool
  ) -> Int? {
    if machine.rules >= .cleanLists {
      if wholeBlock || current >= pageblockOrder,
        let head = claim(from: other, zone, current, order, for: type)
      {
        return head
      }
      if !wholeBlock { boostWatermark(zone) }
      noteFallback(zone, other, current, order, type)
      return takeSingle(from: other, zone, current, order)
    }
    noteFallback(zone, other, current, order, type)
    let head = firstBlock(zone, other, current)
    let oldType = pageblockType(at: head)
    if oldType != .highAtomic, current >= pageblockOrder {
      setType(type, from: head, current)
      move(head, to: type, zone)
    } else if oldType == .highAtomic {
      move(head, to: type, zone)
    } else {
      boostWatermark(zone)
      if wholeBlock, pageblockIsInZone(head) {
        let (free, movable) = moveFreeBlocks(ofPageblockAt: head, to: type)
        if isWorthClaiming(free, movable, oldType, for: type) {
          setType(type, from: head, pageblockOrder)
        }
      } else {
        move(head, to: type, zone)
      }
    }
    return takeSmallest(zone, order, type)
  }

  /// Takes the first block of a list together with its pageblocks (`try_to_claim_block`, and the
  /// part of 6.10's `steal_suitable_fallback` that does the same); nil if too little of the pageblock
  /// is free or alike.
  private mutating func claim(
    from other: MigrateType,
    _ zone: Int,
    _ current: Int,
    _ order: Int,
    for type: MigrateType
  ) -> Int? {
    let head = firstBlock(zone, other, current)
    let oldType = pageblockType(at: head)
    if oldType == .highAtomic { return nil }
    if current >= pageblockOrder {
      noteFallback(zone, other, current, order, type)
      unlink(head, zone)
      setType(type, from: head, current)
      expand(head, current, order, maskIndex(zone, type))
      count(0 &- (1 &<< order), of: type, zone)
      return head
    }
    boostWatermark(zone)
    guard pageblockIsInZone(head) else { return nil }
    let (free, movable) = census(ofPageblockAt: head)
    guard isWorthClaiming(free, movable, oldType, for: type) else { return nil }
    noteFallback(zone, other, current, order, type)
    moveFreeBlocks(ofPageblockAt: head, to: type)
    setType(type, from: head, pageblockOrder)
    return takeSmallest(zone, order, type)
  }

  /// Counts and tells that the first block of another type's list is taken.
  private mutating func noteFallback(
    _ zone: Int,
    _ other: MigrateType,
    _ current: Int,
    _ order: Int,
    _ type: MigrateType
  ) {
    statistics.fallbacks += 1
    guard isTraced else { return }
    let head = pageFrame(at: firstBlock(zone, other, current))
    let found = Order(UInt8(current))
    tell(.fallback(head, order: Order(UInt8(order)), found: found, type: type, from: other))
  }

  /// Takes the first block of a list; what is left of it stays with the type of that list
  /// (`page_del_and_expand`).
  private mutating func takeSingle(
    from other: MigrateType,
    _ zone: Int,
    _ current: Int,
    _ order: Int
  ) -> Int {
    let head = popHead(list: listIndex(zone, other, current))
    expand(head, current, order, maskIndex(zone, other))
    count(0 &- (1 &<< order), of: other, zone)
    return head
  }

  private mutating func setType(_ type: MigrateType, from head: Int, _ order: Int) {
    for block in 0..<(1 << (order - pageblockOrder)) {
      pageblocks[(head >> pageblockOrder) + block].type = type
      statistics.pageblocksClaimed += 1
    }
  }

  /// Whether at least half of a pageblock is free or holds pages like those that are asked for.
  private func isWorthClaiming(
    _ free: Int,
    _ movable: Int,
    _ oldType: MigrateType,
    for type: MigrateType
  ) -> Bool {
    var alike = 0
    if type == .movable {
      alike = movable
    } else if oldType == .movable {
      alike = pageblockPages - free - movable
    }
    return free + alike >= pageblockPages / 2 || !groupsByMobility
  }

  /// Whether the zone has the whole pageblock, without which its pages are not moved together.
  private func pageblockIsInZone(_ position: Int) -> Bool {
    let span = span(at: position)
    // A start below the zone only shortens the part that is moved; an end above it prevents it.
    let last = position | (pageblockPages - 1)
    let page = span.alignedStart + UInt64(last - span.base)
    let end = machine.zones[span.zone].range.end.rawValue >> UInt64(machine.pageSize.shift)
    return page < end
  }

  /// Moves all free blocks of a pageblock to the lists of `type` (`move_freepages_block`); gives the
  /// pages moved and the movable pages in use.
  @discardableResult
  mutating func moveFreeBlocks(ofPageblockAt position: Int, to type: MigrateType) -> (
    free: Int, movable: Int
  ) {
    forEachBlock(ofPageblockAt: position) { memory, block, zone in
      memory.move(block, to: type, zone)
    }
  }

  /// The free pages of a pageblock and its movable pages in use, if it is not moved.
  private mutating func census(ofPageblockAt position: Int) -> (free: Int, movable: Int) {
    forEachBlock(ofPageblockAt: position) { _, _, _ in }
  }

  /// Calls `body` with each free block of a pageblock, ascending; gives the pages of these, and the
  /// movable pages in use.
  @inline(__always)
  private mutating func forEachBlock(
    ofPageblockAt position: Int,
    _ body: (inout PageAllocator, Int, Int) -> Void
  ) -> (free: Int, movable: Int) {
    let zone = self.zone(at: position)
    let end = (position | (pageblockPages - 1)) + 1
    var current = firstMoved(ofPageblockAt: position, zone)
    var free = 0
    var movable = 0
    while current < end {
      let tag = words.tag(current)
      if tag == 0 {
        current += 1
        continue
      }
      let pages = 1 << Int(tag & 15)
      if tag & 0x80 != 0 {
        body(&self, current, zone)
        free += pages
      } else if tag & 0x40 != 0 {
        let word = words[current]
        if word.use.isMigratable, !word.isIsolated { movable += pages }
      }
      current += pages
    }
    return (free, movable)
  }

  /// Where `move_freepages_block` starts: at the page itself where its pageblock starts before the
  /// zone.
  private func firstMoved(ofPageblockAt position: Int, _ zone: Int) -> Int {
    let start = position & ~(pageblockPages - 1)
    guard start == zones[zone].first else { return start }
    let span = span(at: start)
    return span.alignedStart < span.start ? position : start
  }

  // MARK: The high-atomic reserve

  /// Makes the pageblock of a block that an atomic request got a part of the reserve, up to about a
  /// hundredth of the zone (`reserve_highatomic_pageblock`).
  mutating func reserveHighAtomic(_ head: Int) {
    let zone = self.zone(at: head)
    let limit = zones[zone].managed / 100 + pageblockPages
    guard zones[zone].highAtomic < limit, pageblockType(at: head).isMergeable else { return }
    zones[zone].highAtomic += pageblockPages
    setFloors(zone)
    pageblocks[head >> pageblockOrder].type = .highAtomic
    moveFreeBlocks(ofPageblockAt: head, to: .highAtomic)
  }

  /// Gives a pageblock of the reserve back to `type`; whether one had free pages
  /// (`unreserve_highatomic_pageblock`, which keeps one pageblock unless forced).
  mutating func unreserveHighAtomic(
    _ type: MigrateType,
    _ highest: ZoneKind,
    isForced: Bool
  ) -> Bool {
    for zone in stride(from: zones.count - 1, through: 0, by: -1)
    where zones[zone].kind <= highest
      && zones[zone].highAtomic > (isForced ? 0 : pageblockPages)
    {
      for order in 0...maxOrder where blockCount(zone, .highAtomic, order) > 0 {
        let head = firstBlock(zone, .highAtomic, order)
        if pageblockType(at: head) == .highAtomic {
          zones[zone].highAtomic -= Swift.min(pageblockPages, zones[zone].highAtomic)
          setFloors(zone)
        }
        pageblocks[head >> pageblockOrder].type = type
        if moveFreeBlocks(ofPageblockAt: head, to: type).free > 0 { return true }
      }
    }
    return false
  }
}
