import PhysicalMemory

/// Taking from another type's lists when one's own are empty.
extension PageAllocator {
  /// Moves blocks of another type to this type's lists and takes from there, or nil when no list
  /// has a block that may be used (`__rmqueue_fallback`).
  mutating func takeByFallback(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    guard let fallbacks = type.fallbacks else { return nil }
    let smallest =
      flags.contains(.noFragment) && order < pageblockOrder ? pageblockOrder : order
    guard smallest <= maxOrder else { return nil }
    for current in stride(from: maxOrder, through: smallest, by: -1) {
      guard let other = firstType(of: fallbacks, in: zone, current) else { continue }
      let canSteal = canSteal(current, for: type)
      // A movable request that can not claim the pageblock takes the smallest block it can get.
      if !canSteal, type == .movable, current > order {
        return takeSmallestFallback(zone, order, type, fallbacks)
      }
      steal(from: other, zone, current, for: type, wholeBlock: canSteal)
      return takeSmallest(zone, order, type)
    }
    return nil
  }

  private mutating func takeSmallestFallback(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ fallbacks: (MigrateType, MigrateType)
  ) -> Int? {
    for current in order...maxOrder {
      guard let other = firstType(of: fallbacks, in: zone, current) else { continue }
      steal(from: other, zone, current, for: type, wholeBlock: canSteal(current, for: type))
      return takeSmallest(zone, order, type)
    }
    return nil
  }

  private func firstType(
    of fallbacks: (MigrateType, MigrateType),
    in zone: Int,
    _ order: Int
  ) -> MigrateType? {
    let bit: UInt32 = 1 << UInt32(order)
    if orderMasks[maskIndex(zone, fallbacks.0)] & bit != 0 { return fallbacks.0 }
    if orderMasks[maskIndex(zone, fallbacks.1)] & bit != 0 { return fallbacks.1 }
    return nil
  }

  /// Whether a request may take over the pageblock of a block of `order` (`can_steal_fallback`).
  private func canSteal(_ order: Int, for type: MigrateType) -> Bool {
    order >= pageblockOrder / 2 || type == .reclaimable || type == .unmovable || !groupsByMobility
  }

  /// `steal_suitable_fallback`.
  private mutating func steal(
    from other: MigrateType,
    _ zone: Int,
    _ order: Int,
    for type: MigrateType,
    wholeBlock: Bool
  ) {
    statistics.fallbacks += 1
    let head = firstBlock(zone, other, order)
    let oldType = pageblockType(at: head)
    if oldType == .highAtomic { return move(head, to: type, zone) }
    if order >= pageblockOrder {
      for block in 0..<(1 << (order - pageblockOrder)) {
        pageblocks[(head >> pageblockOrder) + block].type = type
        statistics.pageblocksClaimed += 1
      }
      return move(head, to: type, zone)
    }
    boostWatermark(zone)
    guard wholeBlock, pageblockIsInZone(head) else { return move(head, to: type, zone) }
    let (free, movable) = moveFreeBlocks(ofPageblockAt: head, to: type)
    var alike = 0
    if type == .movable {
      alike = movable
    } else if oldType == .movable {
      alike = pageblockPages - free - movable
    }
    if free + alike >= pageblockPages / 2 || !groupsByMobility {
      pageblocks[head >> pageblockOrder].type = type
      statistics.pageblocksClaimed += 1
    }
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
    let zone = self.zone(at: position)
    let start = position & ~(pageblockPages - 1)
    var current = start
    var free = 0
    var movable = 0
    while current < start + pageblockPages {
      let word = words[current]
      if word.isTail {
        current += 1
        continue
      }
      if word.isFree {
        move(current, to: type, zone)
        free += 1 << word.order
      } else if word.isUsed, word.use.isMigratable, !word.isIsolated {
        movable += 1 << word.order
      }
      current += 1 << word.order
    }
    return (free, movable)
  }
}
