import PhysicalMemory

/// What a request does that found nothing above the low watermark (`__alloc_pages_slowpath`).
extension PageAllocator {
  /// The largest order for which the kernel keeps trying (`PAGE_ALLOC_COSTLY_ORDER`).
  private static let costlyOrder = 3

  mutating func takeSlowly(
    _ request: PageRequest,
    _ order: Int,
    _ type: MigrateType,
    _ fastFlags: AllocationFlags
  ) -> Int? {
    statistics.slowPathEntries += 1
    var flags = fastFlags.subtracting(.noFragment)
    if !request.mayWait { flags.insert(.atomic) }
    let highest = request.highestZone
    if request.effort == .light {
      return takeFromZones(order, type, highest, flags, .minimum)
    }
    wakeBackgroundReclaim(highest)
    if let head = takeFromZones(order, type, highest, flags, .minimum) { return head }
    guard request.mayWait else { return nil }
    let isCostly = order > Self.costlyOrder
    if isCostly || (order > 0 && type != .movable),
      let head = takeByCompaction(order, type, highest, flags, allBlocks: false)
    {
      return head
    }
    while true {
      let progress = reclaim(Swift.max(32, 1 << order), upTo: highest)
      if let head = takeFromZones(order, type, highest, flags, .minimum) { return head }
      if progress > 0, let head = takeAfterDraining(order, type, highest, flags) { return head }
      if order > 0,
        let head = takeByCompaction(order, type, highest, flags, allBlocks: true)
      {
        return head
      }
      if progress == 0 || request.effort == .once { return nil }
      if isCostly && request.effort != .retry { return nil }
    }
  }

  /// The second look of `__alloc_pages_direct_reclaim`: what was reclaimed may be on the processor's
  /// lists, or one pageblock of the high-atomic reserve may do.
  private mutating func takeAfterDraining(
    _ order: Int,
    _ type: MigrateType,
    _ highest: ZoneKind,
    _ flags: AllocationFlags
  ) -> Int? {
    let hasMore = unreserveHighAtomic(type, highest, isForced: false)
    guard hasMore || processorPageCount > 0 else { return nil }
    drainProcessorLists()
    return takeFromZones(order, type, highest, flags, .minimum)
  }

  /// `__alloc_pages_direct_compact`: compaction, and where it was not skipped another look at the lists.
  private mutating func takeByCompaction(
    _ order: Int,
    _ type: MigrateType,
    _ highest: ZoneKind,
    _ flags: AllocationFlags,
    allBlocks: Bool
  ) -> Int? {
    guard compact(order, type, highest, flags, allBlocks: allBlocks) else { return nil }
    statistics.compactStalls += 1
    guard let head = takeFromZones(order, type, highest, flags, .minimum) else {
      statistics.compactFailures += 1
      return nil
    }
    statistics.compactSuccesses += 1
    return head
  }
}
