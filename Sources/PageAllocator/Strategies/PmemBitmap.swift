/// The allocator of Android's `pmem`: blocks of powers of two pages, split and merged as buddies of
/// the region's base.
struct PmemBitmap: Hashable, Sendable {
  private struct Entry: Hashable {
    var isAllocated = false
    var order = 0
  }

  /// One entry a page; only those at the start of a block count.
  private var entries: [Entry]

  /// A region of `count` pages: blocks by descending size, as the bits of the count say.
  init(count: Int) {
    entries = Array(repeating: Entry(), count: count)
    var index = 0
    for order in stride(from: Int.bitWidth - 2, through: 0, by: -1) where count >> order & 1 != 0 {
      entries[index].order = order
      index += 1 << order
    }
  }

  /// The order that so many pages are rounded up to.
  static func order(holding pages: Int) -> Int {
    pages <= 1 ? 0 : Int.bitWidth - (pages - 1).leadingZeroBitCount
  }

  /// Takes a block: the first one of the very size, else the first of the smallest size above it.
  mutating func allocate(order wanted: Int) -> Int? {
    var best: Int?
    var current = 0
    while current < entries.count {
      let entry = entries[current]
      if !entry.isAllocated {
        if entry.order == wanted {
          best = current
          break
        }
        if entry.order > wanted, best.map({ entries[$0].order > entry.order }) ?? true {
          best = current
        }
      }
      current += 1 << entry.order
    }
    guard let best else { return nil }
    while entries[best].order > wanted {
      entries[best].order -= 1
      let buddy = best ^ (1 << entries[best].order)
      entries[buddy] = Entry(isAllocated: false, order: entries[best].order)
    }
    entries[best].isAllocated = true
    return best
  }

  /// Frees the block that starts at `index`, merged with its buddies; gives its pages.
  mutating func free(_ index: Int) -> Int? {
    guard entries.indices.contains(index), entries[index].isAllocated else { return nil }
    let pages = 1 << entries[index].order
    entries[index].isAllocated = false
    var current = index
    while true {
      let order = entries[current].order
      let buddy = current ^ (1 << order)
      guard buddy < entries.count, !entries[buddy].isAllocated, entries[buddy].order == order else {
        return pages
      }
      current = Swift.min(current, buddy)
      entries[current].order = order + 1
    }
  }

  /// The free blocks, as first page and order.
  var freeBlocks: [(first: Int, order: Int)] {
    var blocks: [(first: Int, order: Int)] = []
    var current = 0
    while current < entries.count {
      if !entries[current].isAllocated { blocks.append((current, entries[current].order)) }
      current += 1 << entries[current].order
    }
    return blocks
  }
}
