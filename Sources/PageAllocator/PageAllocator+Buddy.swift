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
    words.setTail(position)
    var head = position
    var order = order
    while order < maxOrder {
      let buddy = head ^ (1 &<< order)
      let tag = words.tag(buddy)
      guard words.isFreeTag(tag, order: order) else { break }
      if order >= pageblockOrder, !mayMerge(type, pageblockType(at: buddy)) { break }
      remove(buddy, list: zone &<< 7 | Int(tag & 127))
      words.setTail(buddy)
      head &= buddy
      order &+= 1
    }
    let list = listIndex(zone, type, order)
    if toTail || mergeIsLikely(head, order) {
      pushTail(head, list: list)
    } else {
      pushHead(head, list: list)
    }
  }

  /// Whether two buddies that are whole pageblocks or more may become one block.
  @inline(__always) private func mayMerge(_ one: MigrateType, _ other: MigrateType) -> Bool {
    one == other || (one.isMergeable && other.isMergeable)
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
      zones[proven: zone].free &+= pages
    } else if type == .cma {
      zones[proven: zone].free &+= pages
      zones[proven: zone].freeCMA &+= pages
    }
  }

  /// Takes a block of `order` from one type's lists, the smallest that fits
  /// (`__rmqueue_smallest`).
  @inline(__always) mutating func takeSmallest(_ zone: Int, _ order: Int, _ type: MigrateType)
    -> Int?
  {
    let mask = orderMasks[proven: maskIndex(zone, type)] &>> UInt32(truncatingIfNeeded: order)
    guard mask != 0 else { return nil }
    var current = order &+ mask.trailingZeroBitCount
    var list = listIndex(zone, type, current)
    let head = popHead(list: list)
    // The lower half is kept, so the lowest pages of the block are handed out (`expand`).
    while current > order {
      current &-= 1
      list &-= 1
      pushHead(head &+ (1 &<< current), list: list)
    }
    count(0 &- (1 &<< order), of: type, zone)
    return head
  }

  /// Takes a block of `order` from a zone as `__rmqueue` does.
  ///
  /// The caller writes at once what the block is used for: its word is still that of a free block.
  @inline(__always) mutating func take(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    let mayUseCMA = flags.contains(.cma)
    if mayUseCMA, zones[zone].freeCMA > zones[zone].free &>> 1,
      let head = takeSmallest(zone, order, .cma)
    {
      return head
    }
    if let head = takeSmallest(zone, order, type) { return head }
    if mayUseCMA, let head = takeSmallest(zone, order, .cma) { return head }
    return takeByFallback(zone, order, type, flags)
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
