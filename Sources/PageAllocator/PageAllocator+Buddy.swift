/// Splitting, merging, and the choice of a list inside one zone.
extension PageAllocator {
  /// Puts pages back, merged with free buddies, on the list of `type` (`__free_one_page`).
  ///
  /// The word at `position` must be `tail` by now. `type` is that of the page's pageblock; where
  /// 6.10 keeps lists clean this is so too, because merging past a pageblock looks at both.
  mutating func giveBack(_ position: Int, _ order: Int, _ type: MigrateType, toTail: Bool = false) {
    giveBackInline(position, order, type, self.zone(at: position), toTail: toTail)
  }

  @inline(__always) mutating func giveBackInline(
    _ position: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int,
    toTail: Bool
  ) {
    count(1 &<< order, of: type, zone)
    var head = position
    var order = order
    while order < maxOrder {
      let buddy = head ^ (1 &<< order)
      let tag = words.tag(buddy)
      guard words.isFreeTag(tag, order: order) else { break }
      if order >= pageblockOrder, !mergePageblocks(type, buddy) { break }
      remove(buddy, list: zone &<< 7 | Int(tag & 127))
      words.setTail(buddy)
      head &= buddy
      order &+= 1
    }
    // Otherwise the list writes its word.
    if head != position { words.setTail(position) }
    let list = listIndex(zone, type, order)
    if toTail || mergeIsLikely(head, order) {
      pushTail(head, list: list)
    } else {
      pushHead(head, list: list)
    }
  }

  /// Whether a block may merge with a buddy that is a pageblock or more; from 6.10 on the buddy then
  /// gets its type, so that what is split off later goes to the right list.
  private mutating func mergePageblocks(_ type: MigrateType, _ buddy: Int) -> Bool {
    let other = pageblockType(at: buddy)
    if other == type { return true }
    guard type.isMergeable, other.isMergeable else { return false }
    if machine.rules >= .cleanLists { pageblocks[buddy >> pageblockOrder].type = type }
    return true
  }

  /// Whether the next larger buddy is free, so the block may soon merge again
  /// (`buddy_merge_likely`).
  @inline(__always) private func mergeIsLikely(_ head: Int, _ order: Int) -> Bool {
    guard order &+ 1 < maxOrder else { return false }
    let parent = head & ~(1 &<< order)
    return words.isFree(parent ^ (2 &<< order), order: order &+ 1)
  }

  /// Adds free pages to the zone's counters; isolated pages do not count
  /// (`__mod_zone_freepage_state`).
  @inline(__always) mutating func count(_ pages: Int, of type: MigrateType, _ zone: Int) {
    if type.rawValue < MigrateType.cma.rawValue {
      zones[zone].free &+= pages
    } else if type == .cma {
      zones[zone].free &+= pages
      zones[zone].freeCMA &+= pages
      setFloors(zone)
    }
  }

  /// Takes a block of `order` from one type's lists, the smallest that fits
  /// (`__rmqueue_smallest`).
  @inline(__always) mutating func takeSmallest(_ zone: Int, _ order: Int, _ type: MigrateType)
    -> Int?
  {
    let mask = words.orders(maskIndex(zone, type)) &>> UInt32(truncatingIfNeeded: order)
    guard mask != 0 else { return nil }
    let current = order &+ mask.trailingZeroBitCount
    let head = popHead(list: listIndex(zone, type, current))
    expand(head, current, order, maskIndex(zone, type))
    count(0 &- (1 &<< order), of: type, zone)
    return head
  }

  /// Puts the upper halves of a block back until it has the wanted order: the lowest pages are handed
  /// out (`expand`).
  @inline(__always) mutating func expand(
    _ head: Int,
    _ current: Int,
    _ order: Int,
    _ mask: Int
  ) {
    var current = current
    var list = mask &<< 4 | current
    while current > order {
      current &-= 1
      list &-= 1
      pushHead(head &+ (1 &<< current), list: list)
    }
  }

  /// Takes a block of `order` from a zone as `rmqueue` does.
  ///
  /// The caller writes at once what the block is used for: its word is still that of a free block.
  @inline(__always) mutating func take(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    if processor != nil, let head = takeFromProcessor(zone, order, type, flags) { return head }
    if order > 0, flags.contains(.atomic), let head = takeSmallest(zone, order, .highAtomic) {
      return head
    }
    return takeFromLists(zone, order, type, flags)
  }

  /// `__rmqueue`.
  @inline(__always) mutating func takeFromLists(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    let mayUseCMA = flags.contains(.cma)
    if mayUseCMA, zones[zone].freeCMA > zones[zone].free &>> 1, machine.cmaUse == .balanced,
      let head = takeSmallest(zone, order, .cma)
    {
      return head
    }
    if let head = takeSmallest(zone, order, type) { return head }
    let isLast = machine.cmaUse == .lastResort
    if mayUseCMA, !isLast, let head = takeSmallest(zone, order, .cma) { return head }
    if let head = takeByFallback(zone, order, type, flags) { return head }
    return mayUseCMA && isLast ? takeSmallest(zone, order, .cma) : nil
  }
}

/// What a request may do (`ALLOC_*` of `mm/internal.h`).
struct AllocationFlags: OptionSet, Sendable {
  let rawValue: UInt8
  /// `ALLOC_CMA`.
  static let cma = AllocationFlags(rawValue: 1)
  /// `ALLOC_NOFRAGMENT`: do not mix types inside a pageblock.
  static let noFragment = AllocationFlags(rawValue: 2)
  /// `ALLOC_HIGH` and `ALLOC_HARDER`: an atomic request.
  static let atomic = AllocationFlags(rawValue: 4)
}
