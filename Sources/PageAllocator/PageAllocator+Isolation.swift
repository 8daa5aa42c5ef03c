/// Keeping pageblocks out of every allocation while a range of them is emptied
/// (`mm/page_isolation.c`).
extension PageAllocator {
  /// Isolates whole pageblocks and cuts free blocks that reach over the borders.
  ///
  /// `start_isolate_page_range`; both positions are multiples of a pageblock.
  mutating func isolate(_ start: Int, _ end: Int) {
    isolatePageblock(at: start)
    cutFreeBlock(across: start)
    if end - start > pageblockPages { isolatePageblock(at: end - pageblockPages) }
    cutFreeBlock(across: end)
    var position = start + pageblockPages
    while position < end - pageblockPages {
      isolatePageblock(at: position)
      position += pageblockPages
    }
  }

  /// `set_migratetype_isolate`: free pages move to the isolate lists and stop to count.
  private mutating func isolatePageblock(at position: Int) {
    let type = pageblockType(at: position)
    pageblocks[position >> pageblockOrder].type = .isolate
    let moved = moveAllFree(ofPageblockAt: position, to: .isolate)
    count(-moved, of: type, zone(at: position))
  }

  /// `moveFreeBlocks` for a pageblock that is whole in its zone, without counting pages in use.
  private mutating func moveAllFree(ofPageblockAt position: Int, to type: MigrateType) -> Int {
    let zone = self.zone(at: position)
    let end = position + pageblockPages
    // The block that the first page belongs to may have started before.
    let first = head(of: position)
    var current = first == position ? first : first + (1 << words.order(first))
    var free = 0
    while true {
      current = words.skipUsedPages(current, end)
      if current >= end { return free }
      let order = words.order(current)
      if words.tag(current) & 0x80 != 0 {
        move(current, to: type, zone)
        free += 1 << order
      }
      current += 1 << order
    }
  }

  /// Splits a free block that lies on both sides of `border` (`split_free_page`).
  private mutating func cutFreeBlock(across border: Int) {
    guard border & ((1 << maxOrder) - 1) != 0 else { return }
    let head = self.head(of: border)
    let word = words[head]
    guard head != border, word.isFree else { return }
    let zone = self.zone(at: head)
    let end = head + (1 << word.order)
    // The pages counted with the list's side of the border; each piece counts with its own.
    count(-(1 << word.order), of: pageblockType(at: head), zone)
    unlink(head, zone)
    for (start, limit) in [(head, border), (border, end)] {
      var position = start
      while position < limit {
        let order = alignedOrder(position, limit)
        giveBack(position, order, pageblockType(at: position))
        position += 1 << order
      }
    }
  }

  /// Gives pageblocks their type back (`undo_isolate_page_range`).
  mutating func endIsolation(_ start: Int, _ end: Int, _ type: MigrateType) {
    for position in stride(from: start, to: end, by: pageblockPages)
    where pageblockType(at: position) == .isolate {
      let zone = self.zone(at: position)
      let word = words[position]
      let buddy = position ^ (1 << word.order)
      // A whole free block may have become the buddy of a free block outside: merge the two.
      if word.isFree, word.order >= pageblockOrder, word.order < maxOrder,
        pageblockType(at: buddy) != .isolate
      {
        let order = word.order
        unlink(position, zone)
        pageblocks[position >> pageblockOrder].type = type
        giveBack(position, order, type, toTail: true)
      } else {
        let moved = moveAllFree(ofPageblockAt: position, to: type)
        count(moved, of: type, zone)
        pageblocks[position >> pageblockOrder].type = type
      }
    }
  }
}
