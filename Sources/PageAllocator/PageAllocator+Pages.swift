public import PhysicalMemory

/// Allocating and freeing blocks of pages (`__alloc_pages`, `__free_pages`).
extension PageAllocator {
  /// Allocates a block as `__alloc_pages` does: zone by zone, then with reclaim and compaction.
  ///
  /// - Complexity: O(orders) while memory is above the low watermark.
  @inlinable public mutating func allocatePages(_ request: PageRequest) throws(AllocationFailure)
    -> PageFrameNumber
  {
    let page = takePages(request)
    if page >= Self.refused { throw page == Self.refused ? .outOfMemory : .orderTooLarge }
    return PageFrameNumber(page)
  }

  /// No page has this number or the next one, which stand for the two failures: a request that
  /// throws could not be the last call of another.
  @usableFromInline static var refused: UInt64 { UInt64.max - 1 }

  /// `allocatePages`, with failures among the results: what a request for one page comes to that
  /// nothing holds back.
  ///
  /// All that is out of the way is a last call, so that nothing has to be kept over it.
  @usableFromInline mutating func takePages(_ request: PageRequest) -> UInt64 {
    guard request.isForOnePage else { return allocateGenerally(request) }
    // The table has room for all values of the index; what it holds is a zone with its type, or the
    // number of lists that are empty.
    let mask = Int(truncatingIfNeeded: pagePlans[proven: request.planIndex])
    guard !words.isEmpty(mask &<< 4), zones[mask &>> 3].free > words.floor(mask) else {
      return allocateGenerally(request)
    }
    zones[mask &>> 3].free &-= 1
    let position = words.removeFirst(ofProven: mask &<< 4)
    let offset = UInt64(truncatingIfNeeded: position &- widestSpan.base)
    guard offset < widestSpan.pages else { return occupyElsewhere(position, request.slot) }
    words.occupyPage(proven: position, slot: request.slot)
    return widestSpan.start &+ offset
  }

  // Mutating, as a call that borrows the whole value would copy its 500 bytes.
  @inline(never) private mutating func occupyElsewhere(_ position: Int, _ slot: UInt32) -> UInt64 {
    precondition(0..<words.count ~= position, "a page on a list is one of the machine")
    words.occupyPage(proven: position, slot: slot)
    return pfn(at: position)
  }

  /// A block of a type's own lists that nothing holds back, as `takePages` has for a page on its list.
  @inline(never) private mutating func allocateGenerally(_ request: PageRequest) -> UInt64 {
    let mask = Int(truncatingIfNeeded: pagePlans[proven: request.planIndex])
    let order = Int(request.order.rawValue)
    let orders = words.orders(mask) &>> UInt32(truncatingIfNeeded: order)
    // Where there is a block, the number is that of a zone and its type.
    guard orders != 0, zones[mask &>> 3].free &- (1 &<< order) >= words.floor(mask) else {
      return allocateWithEffort(request)
    }
    let current = order &+ orders.trailingZeroBitCount
    let head = popHead(list: mask &<< 4 | current)
    expand(head, current, order, mask)
    zones[mask &>> 3].free &-= 1 &<< order
    words.occupy(head, order, slot: request.slot)
    return pfn(at: head)
  }

  @inline(never) private mutating func allocateWithEffort(_ request: PageRequest) -> UInt64 {
    do {
      return pfn(at: try allocateBlock(request))
    } catch {
      return Self.refused + (error == .outOfMemory ? 0 : 1)
    }
  }

  /// Frees the block that starts at `first`, which is in use and not pinned.
  ///
  /// - Complexity: O(orders).
  public mutating func freePages(at first: PageFrameNumber) {
    // What `giveBack` comes to for a single page that does not merge. All that is out of the way is a
    // last call, so that nothing has to be kept over it.
    let offset = first.rawValue &- widestSpan.start
    guard offset < widestSpan.pages else { return freeElsewhere(first.rawValue) }
    // All pages of a span have a position (`lay`), and so a state, a tag, a slot and a
    // pageblock. What the pageblock says is looked at again.
    let position = widestSpan.base &+ Int(truncatingIfNeeded: offset)
    let freeing = words.freeing(proven: position)
    guard freeing != PageFreeing.general.rawValue else { return freeGenerally(position) }
    let block = pageblocks[proven: position &>> pageblockOrder]
    guard block.isOrdinary else { return freeGenerally(position) }
    let mask = Int(truncatingIfNeeded: block.mask)
    zones[mask &>> 3].free &+= 1
    words.flip(proven: position)
    if words.isFull(mask &<< 4) { return putIntoFull(position, freeing, mask &<< 4) }
    words.putPage(position, freeing, list: mask &<< 4)
  }

  @inline(never) private mutating func putIntoFull(_ position: Int, _ freeing: UInt8, _ list: Int) {
    words.makeRoom(list)
    words.putPage(position, freeing, list: list)
  }

  @inline(never) private mutating func freeElsewhere(_ page: UInt64) {
    freeGenerally(knownPosition(page))
  }

  @inline(never) private mutating func freeGenerally(_ position: Int) {
    let tag = words.tag(position)
    let block = pageblocks[position &>> pageblockOrder]
    if words.isPlainlyUsed(tag), !isTraced, processor == nil {
      return giveBackInline(position, Int(tag & 15), block.type, block.zone, toTail: false)
    }
    if words.isPlainlyDroppable(position, tag), !isTraced, processor == nil {
      pageblocks[position &>> pageblockOrder].droppable &-= 1 &<< UInt16(tag & 15)
      return giveBackInline(position, Int(tag & 15), block.type, block.zone, toTail: false)
    }
    freeCarefully(position)
  }

  @inline(never) private mutating func freeCarefully(_ position: Int) {
    precondition(words[position].isUsed, "what is freed is the first page of a block in use")
    precondition(!words[position].isPinned, "a block is unpinned before it is freed")
    release(position)
  }

  /// Allocates and marks a block; gives its position.
  @inline(__always) mutating func allocateBlock(_ request: PageRequest) throws(AllocationFailure)
    -> Int
  {
    let order = Int(request.order.rawValue)
    if processor == nil, let head = takeQuickly(order, request.use, request.highestZone) {
      occupy(head, order, request.use, request.owner)
      if isTraced { tellAllocated(head, request) }
      return head
    }
    return try allocateThoroughly(request)
  }

  @inline(never) private mutating func tellAllocated(_ head: Int, _ request: PageRequest) {
    tell(.allocated(pageFrame(at: head), request.order, request.use, request.owner))
  }

  /// What nearly all requests need: the preferred zone is above its low watermark and one of the
  /// type's own lists has a block.
  ///
  /// Where that is not so nothing is done.
  @inline(__always) private mutating func takeQuickly(
    _ order: Int,
    _ use: PageUse,
    _ highest: ZoneKind
  ) -> Int? {
    let type = groupsByMobility ? use.migrateType : .unmovable
    let zone = preferredZone(highest)
    guard order <= maxOrder, zone < zones.count else { return nil }
    // No zone above is meant to serve this request, so `lowmem_reserve` is zero.
    let floor = words.floor(maskIndex(zone, type))
    guard zones[proven: zone].free &- (1 &<< order) >= floor else { return nil }
    return takeSmallest(zone, order, type)
  }

  /// `__alloc_pages` without haste.
  @inline(never) private mutating func allocateThoroughly(
    _ request: PageRequest
  ) throws(AllocationFailure) -> Int {
    let order = Int(request.order.rawValue)
    guard order <= maxOrder else {
      statistics.failures += 1
      if isTraced { tell(.refused(request.order, request.use)) }
      throw .orderTooLarge
    }
    let type = groupsByMobility ? request.use.migrateType : .unmovable
    var flags: AllocationFlags = type == .movable ? .cma : []
    if noFragmentKinds >> request.highestZone.rawValue & 1 != 0 { flags.insert(.noFragment) }
    if let head = takeFromZones(order, type, request.highestZone, flags, .low) {
      occupy(head, order, request.use, request.owner)
      if isTraced { tellAllocated(head, request) }
      if backgroundReclaimFor != nil { reclaimInBackground(sparing: head) }
      return head
    }
    guard let head = takeSlowly(request, order, type, flags) ?? takeFromReserve(request, type)
    else {
      statistics.failures += 1
      if isTraced { tell(.refused(request.order, request.use)) }
      reclaimInBackground()
      throw .outOfMemory
    }
    occupy(head, order, request.use, request.owner)
    if isTraced { tellAllocated(head, request) }
    reclaimInBackground(sparing: head)
    return head
  }

  /// The last resort of a request that does not give up early: what the high-atomic reserve kept
  /// (`should_reclaim_retry`).
  private mutating func takeFromReserve(_ request: PageRequest, _ type: MigrateType) -> Int? {
    let highest = request.highestZone
    let goesOn =
      request.effort == .retry || (request.effort == .normal && request.order <= Order(3))
    guard request.mayWait, goesOn else { return nil }
    while unreserveHighAtomic(type, highest, isForced: true) {
      let flags: AllocationFlags = type == .movable ? .cma : []
      let order = Int(request.order.rawValue)
      if let head = takeFromZones(order, type, highest, flags, .minimum) { return head }
    }
    return nil
  }

  /// Writes the word of a block that has just been taken.
  @inline(__always) mutating func occupy(
    _ head: Int,
    _ order: Int,
    _ use: PageUse,
    _ owner: OwnerID
  ) {
    words.occupy(head, order, use, owner)
    if use.isDroppable { noteDroppable(head, 1) }
  }

  /// Frees a block in use.
  mutating func release(_ head: Int) {
    noteDroppable(head, -1)
    let order = words.order(head)
    if isTraced { tell(.freed(pageFrame(at: head), Order(UInt8(order)))) }
    // What else the table knows of the block goes with it.
    words[head] = .tail
    let block = pageblocks[head &>> pageblockOrder]
    if processor != nil, freeToProcessor(head, order, block.type, block.zone) { return }
    giveBackInline(head, order, block.type, block.zone, toTail: false)
  }

  /// Keeps the count of pages that reclaim can drop, for a block that may hold such pages.
  mutating func noteDroppable(_ head: Int, _ sign: Int) {
    let word = words[head]
    guard word.isDroppable else { return }
    let pages = UInt16(truncatingIfNeeded: 1 &<< word.order)
    let block = head &>> pageblockOrder
    if sign > 0 {
      pageblocks[block].droppable &+= pages
    } else {
      pageblocks[block].droppable &-= pages
    }
  }

  /// Which watermark holds a request back.
  enum Mark {
    case minimum
    case low
  }

  /// The zones from the preferred one down, each if its watermark allows
  /// (`get_page_from_freelist`).
  @inline(__always) mutating func takeFromZones(
    _ order: Int,
    _ type: MigrateType,
    _ highest: ZoneKind,
    _ flags: AllocationFlags,
    _ mark: Mark
  ) -> Int? {
    var flags = flags
    while true {
      var zone = preferredZone(highest)
      if zone >= zones.count { return nil }
      while zone >= 0 {
        let limit = (mark == .low ? zones[zone].low : zones[zone].minimum) + zones[zone].boost
        if watermarkAllows(zone, order, mark: limit, for: highest, flags),
          let head = take(zone, order, type, flags)
        {
          if order > 0, flags.contains(.atomic) {
            words.setTail(head)
            reserveHighAtomic(head)
          }
          return head
        }
        zone -= 1
      }
      guard flags.contains(.noFragment) else { return nil }
      flags.remove(.noFragment)
    }
  }
}
