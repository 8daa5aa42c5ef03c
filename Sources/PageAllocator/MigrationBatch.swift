/// Up to 32 pages' worth of blocks that are moved together (`SWAP_CLUSTER_MAX` of `mm/compaction.c`),
/// ascending.
struct MigrationBatch: ~Copyable {
  // A block has a page at least, so there are never more.
  private var positions = FlatMemory<Int>(repeating: 0, count: MigrationBatch.size)
  /// The number of blocks.
  private(set) var count = 0
  /// Pages of all blocks.
  private(set) var pages = 0
  /// Whether all blocks are single pages without pin or flag that can not be dropped.
  private(set) var isPlain = true

  static let size = 32

  /// The block at an index below `count`, which is at most the size.
  @inline(__always) subscript(index: Int) -> Int { positions[index] }
  @inline(__always) var isFull: Bool { pages >= Self.size }
  /// Pages that may still be added.
  @inline(__always) var room: Int { Self.size - pages }

  /// Adds a plain page; the batch is not full.
  @inline(__always) mutating func addPlain(_ position: Int) {
    positions[count] = position
    count &+= 1
    pages &+= 1
  }

  /// Adds a block; the batch is not full.
  mutating func add(_ position: Int, order: Int) {
    positions[count] = position
    count += 1
    pages += 1 << order
    isPlain = false
  }

  mutating func removeAll() {
    count = 0
    pages = 0
    isPlain = true
  }
}

/// Moving a batch of single pages that nothing keeps where they are.
///
/// The outcome is that of moving them one by one, page for page and list for list
/// (`BatchTests` compares both): the pages handed out for one request after the other from the lists
/// of one type are those of the smallest block, ascending, and what is left of that block is on lists
/// that were empty. Pages that become free meanwhile go to the isolate lists, which nobody takes from.
extension PageAllocator {
  /// Moves the pages of a batch, the last first, as long as nothing holds the requests for their
  /// targets back; gives how many at the front are left.
  mutating func movePlainly(_ batch: borrowing MigrationBatch) -> Int {
    var left = batch.count
    guard left > 0, movesInBatches, !isTraced, processor == nil else { return left }
    let kind = zones[zone(at: batch[0])].kind
    let zone = preferredZone(kind >= .highMem ? .movable : .normal)
    guard zone < zones.count else { return left }
    let type: MigrateType = groupsByMobility ? .movable : .unmovable
    let mask = maskIndex(zone, type)
    // A batch is part of one area, which has no holes.
    let firstPage = pfn(at: batch[0]) &- UInt64(batch[0])
    while left > 0 {
      let orders = words.orders(mask)
      let room = zones[zone].free - words.floor(mask)
      guard orders != 0, room > 0 else { break }
      let order = orders.trailingZeroBitCount
      let target = popHead(list: mask &<< 4 | order)
      let taken = Swift.min(1 &<< order, left, room)
      zones[zone].free -= taken
      putRestBack(target, order, taken, mask)
      words.occupyPlainly(target, taken)
      let targetPage = pfn(at: target)
      for index in 0..<taken {
        let from = batch[left - 1 - index]
        let slot = words.copySlot(from, to: target + index)
        if recordsRelocations {
          let page = UInt64(from) &+ firstPage
          relocationLog.appendMove(page, to: targetPage &+ UInt64(index), slot & 0xff_ffff)
        }
      }
      left -= taken
    }
    statistics.pagesMigrated += UInt64(batch.count - left)
    giveBackMoved(batch, from: left)
    return left
  }

  /// Puts what is left of a block of `order` after its first pages on the lists below, which are
  /// empty, as `expand` would have by now.
  private mutating func putRestBack(_ block: Int, _ order: Int, _ taken: Int, _ mask: Int) {
    var offset = taken
    while offset < 1 &<< order {
      let piece = offset.trailingZeroBitCount
      pushHead(block + offset, list: mask &<< 4 | piece)
      offset += 1 &<< piece
    }
  }

  /// Frees the pages of a batch that have moved, in runs.
  private mutating func giveBackMoved(_ batch: borrowing MigrationBatch, from first: Int) {
    var index = first
    while index < batch.count {
      let start = batch[index]
      var end = start + 1
      index += 1
      while index < batch.count, batch[index] == end {
        end += 1
        index += 1
      }
      words.clearPlainly(start, end - start)
      giveBackRange(start, end)
    }
  }
}
