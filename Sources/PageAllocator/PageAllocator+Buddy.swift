/// Splitting, merging, and the choice of a list inside one zone.
extension PageAllocator {
  /// Puts pages back, merged with free buddies, on the list of `type` (`__free_one_page`).
  ///
  /// The word at `position` must be `tail` by now. `type` is that of the page's pageblock; where
  /// 6.10 keeps lists clean this is so too, because merging past a pageblock looks at both.
  mutating func giveBack(_ position: Int, _ order: Int, _ type: MigrateType, toTail: Bool = false) {
    let zone = self.zone(at: position)
    count(1 &<< order, of: type, zone)
    var head = position
    var order = order
    while order < maxOrder {
      let buddy = head ^ (1 &<< order)
      guard words[buddy].isFree(order: order) else { break }
      if order >= pageblockOrder {
        let other = pageblockType(at: buddy)
        if other != type && !(type.isMergeable && other.isMergeable) { break }
      }
      unlink(buddy, zone)
      head &= buddy
      order &+= 1
    }
    if toTail || mergeIsLikely(head, order) {
      pushTail(head, order, type, zone)
    } else {
      pushHead(head, order, type, zone)
    }
  }

  /// Whether the next larger buddy is free, so the block may soon merge again
  /// (`buddy_merge_likely`).
  @inline(__always) private func mergeIsLikely(_ head: Int, _ order: Int) -> Bool {
    guard order + 1 < maxOrder else { return false }
    let parent = head & ~(1 &<< order)
    return words[parent ^ (1 &<< (order &+ 1))].isFree(order: order + 1)
  }

  /// Adds free pages to the zone's counters; isolated pages do not count
  /// (`__mod_zone_freepage_state`).
  @inline(__always) mutating func count(_ pages: Int, of type: MigrateType, _ zone: Int) {
    if type == .isolate { return }
    zones[zone].free &+= pages
    if type == .cma { zones[zone].freeCMA &+= pages }
  }

  /// Takes a block of `order` from one type's lists, the smallest that fits
  /// (`__rmqueue_smallest`).
  @inline(__always) mutating func takeSmallest(_ zone: Int, _ order: Int, _ type: MigrateType)
    -> Int?
  {
    let mask = orderMasks[maskIndex(zone, type)] &>> UInt32(truncatingIfNeeded: order)
    guard mask != 0 else { return nil }
    var current = order &+ mask.trailingZeroBitCount
    let head = Int(lists[listIndex(zone, type, current)].head)
    unlink(head, zone)
    // The lower half is kept, so the lowest pages of the block are handed out (`expand`).
    while current > order {
      current &-= 1
      pushHead(head &+ (1 &<< current), current, type, zone)
    }
    count(-(1 &<< order), of: type, zone)
    return head
  }

  /// Takes a block of `order` from a zone as `__rmqueue` does.
  ///
  /// The word at the result is `tail`; the caller writes what the block is used for.
  @inline(__always) mutating func take(
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
