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
      compact(order, type, highest, flags, allBlocks: false),
      let head = takeFromZones(order, type, highest, flags, .minimum)
    {
      return head
    }
    while true {
      let progress = reclaim(Swift.max(32, 1 << order), upTo: highest)
      if let head = takeFromZones(order, type, highest, flags, .minimum) { return head }
      if order > 0, compact(order, type, highest, flags, allBlocks: true),
        let head = takeFromZones(order, type, highest, flags, .minimum)
      {
        return head
      }
      if progress == 0 || request.effort == .once { return nil }
      if isCostly && request.effort != .retry { return nil }
    }
  }
}
