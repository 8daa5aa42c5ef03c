import PhysicalMemory

/// Emptying a range of pages and taking it (`alloc_contig_range` of `mm/page_alloc.c`).
extension PageAllocator {
  /// How an attempt at a range ended.
  enum ContiguousResult {
    case taken
    /// `-EBUSY`: a page could not be moved.
    case busy
    /// `-ENOMEM`: there was no page to copy to.
    case noTarget
  }

  /// What an attempt did to other pages.
  struct MigrationCost {
    var migrated: UInt64 = 0
    var dropped: UInt64 = 0
  }

  /// Isolates the pageblocks around `start..<end`, moves or drops what is in the range, and takes the
  /// pages; in any case the pageblocks get `type` back.
  mutating func takeRange(
    _ start: Int,
    _ end: Int,
    type: MigrateType,
    use: PageUse,
    owner: OwnerID,
    cost: inout MigrationCost
  ) -> ContiguousResult {
    let mask = pageblockPages - 1
    let first = start & ~mask
    let last = (end + mask) & ~mask
    // Only one range at a time is emptied, so no block can be isolated by somebody else here.
    isolate(first, last)
    defer { endIsolation(first, last, type) }
    if processor != nil { drainProcessor(zone(at: start)) }
    if case .noTarget = emptyRange(start, end, &cost) { return .noTarget }
    guard rangeIsFree(start, end) else { return .busy }
    detach(start, end)
    var position = start
    while position < end {
      let order = alignedOrder(position, end)
      occupy(position, order, use, owner)
      position += 1 << order
    }
    return .taken
  }

  /// Migrates or drops the pages in use (`__alloc_contig_migrate_range`), 32 pages at a time.
  private mutating func emptyRange(_ start: Int, _ end: Int, _ cost: inout MigrationCost)
    -> ContiguousResult
  {
    var position = head(of: start)
    var batch = MigrationBatch()
    while position < end {
      let plainEnd = words.skipUsedPages(position, Swift.min(position + batch.room, end))
      while position < plainEnd, words.isPlainMovable(position) {
        batch.addPlain(position)
        position += 1
      }
      if position < end, !batch.isFull {
        let word = words[position]
        if word.isUsed, word.use.isMigratable, !(word.isPinned && word.use.pinIsSeenEarly) {
          batch.add(position, order: word.order)
        }
        position += 1 << word.order
      }
      if batch.isFull || (position >= end && batch.count > 0) {
        let result = migrate(batch, &cost)
        guard case .taken = result else { return result }
        batch.removeAll()
      }
    }
    return .taken
  }

  /// Moves a batch, last isolated page first, as the list of isolated pages is a stack.
  private mutating func migrate(_ batch: borrowing MigrationBatch, _ cost: inout MigrationCost)
    -> ContiguousResult
  {
    let left = batch.isPlain ? movePlainly(batch) : batch.count
    cost.migrated += UInt64(batch.count - left)
    if left == 0 { return .taken }
    for index in 0..<left { words[batch[index]].isIsolated = true }
    // Clean file pages are not worth a copy (`reclaim_clean_pages_from_list`).
    for index in (0..<left).reversed() {
      let position = batch[index]
      let word = words[position]
      guard word.use == .fileClean, !word.isPinned else { continue }
      if recordsRelocations { note(position, .dropped, word) }
      if isTraced { tell(.dropped(pageFrame(at: position), Order(UInt8(word.order)))) }
      release(position)
      cost.dropped += UInt64(1 << word.order)
      statistics.pagesReclaimed += UInt64(1 << word.order)
    }
    var result = ContiguousResult.taken
    for index in (0..<left).reversed() {
      let position = batch[index]
      guard words[position].isUsed, words[position].isIsolated else { continue }
      if words[position].isPinned {
        statistics.pagesNotMigrated += UInt64(1 << words.order(position))
        result = .busy
      } else if !moveOut(position, &cost) {
        statistics.pagesNotMigrated += UInt64(1 << words.order(position))
        result = .noTarget
        break
      }
    }
    for index in 0..<left where words[batch[index]].isUsed {
      words[batch[index]].isIsolated = false
    }
    return result
  }

  /// Copies one block elsewhere, a huge page in pieces if need be (`alloc_migration_target`).
  private mutating func moveOut(_ position: Int, _ cost: inout MigrationCost) -> Bool {
    let order = words[position].order
    if let target = migrationTarget(for: position, order) {
      relocate(position, to: target)
      cost.migrated += UInt64(1 << order)
      return true
    }
    guard order > 0 else { return false }
    splitHugePage(position)
    for page in (position..<position + (1 << order)).reversed() {
      guard let target = migrationTarget(for: page, 0) else {
        for left in position...page { words[left].isIsolated = false }
        return false
      }
      relocate(page, to: target)
      cost.migrated += 1
    }
    return true
  }

  /// Takes a block like the one at `position`: a movable allocation, so it may come from any CMA
  /// area that is not being emptied.
  mutating func migrationTarget(
    for position: Int,
    _ order: Int,
    mayBeMovable: Bool = true
  ) -> Int? {
    let kind = zones[zone(at: position)].kind
    let word = words[position]
    // A huge page is asked for with one round of reclaim and compaction; it can be split instead.
    let request = PageRequest(
      order: Order(UInt8(order)),
      use: mayBeMovable ? word.use : .unmovable,
      owner: word.owner,
      highestZone: kind >= .highMem && mayBeMovable ? .movable : .normal,
      effort: order == 0 ? .retry : .once
    )
    return try? allocateBlock(request)
  }

  /// Makes single pages of a block in use (`split_huge_page`).
  mutating func splitHugePage(_ position: Int) {
    let word = words[position]
    if recordsRelocations { note(position, .split, word) }
    noteDroppable(position, -1)
    var single = word.with(order: 0)
    if single.use == .transparentHuge { single.use = .anonymous }
    for page in position..<position + (1 << word.order) {
      words[page] = single
      noteDroppable(page, 1)
    }
  }

  /// Whether every page of the range is free and isolated (`test_pages_isolated`).
  private func rangeIsFree(_ start: Int, _ end: Int) -> Bool {
    var position = head(of: start)
    while position < end {
      let word = words[position]
      guard word.isFree, word.type == .isolate else { return false }
      position += 1 << word.order
    }
    return true
  }

  /// Takes the free blocks of the range out of the lists and gives back what lies outside
  /// (`isolate_freepages_range`, `free_contig_range`).
  private mutating func detach(_ start: Int, _ end: Int) {
    let zone = self.zone(at: start)
    let first = head(of: start)
    var position = first
    while position < end {
      let order = words[position].order
      unlink(position, zone)
      position += 1 << order
    }
    giveBackRange(first, start)
    giveBackRange(end, position)
  }

  /// Frees pages whose words are `tail`, ascending, which has the outcome of freeing them singly.
  mutating func giveBackRange(_ start: Int, _ end: Int) {
    var position = start
    while position < end {
      let order = alignedOrder(position, end)
      giveBack(position, order, pageblockType(at: position))
      position += 1 << order
    }
  }

  /// Frees the blocks in use that a range is made of, ascending, or its pages `singly`: that makes a
  /// difference only to a processor's own lists.
  mutating func releaseRange(_ start: Int, _ end: Int, singly: Bool = false) {
    let splits = singly && processor != nil
    var position = start
    while position < end {
      let word = words[position]
      precondition(
        word.isUsed && position + (1 << word.order) <= end,
        "a range that is freed is made of blocks in use"
      )
      if splits {
        for page in position..<position + (1 << word.order) { words[page] = word.with(order: 0) }
      }
      release(position)
      position += splits ? 1 : 1 << word.order
    }
  }
}
