/// A list of free blocks of one zone, type and order.
struct FreeList: BitwiseCopyable, Sendable {
  var head: UInt32
  var tail: UInt32
  /// The number of blocks (a part of `nr_free`).
  var count: UInt32
  /// Makes an entry 16 bytes, so that its place is a shift away.
  private var padding: UInt32 = 0

  static let nobody = UInt32.max
  static let empty = FreeList(head: nobody, tail: nobody, count: 0)

  private init(head: UInt32, tail: UInt32, count: UInt32) {
    self.head = head
    self.tail = tail
    self.count = count
  }
}

/// The lists: adding, removing, moving. Counters of free pages are the callers' work.
///
/// A list's index is zone, type and order one after the other in bits (`listIndex`), and the last
/// two are also the top bits of the words of its blocks: so a block leads to its list by a mask.
extension PageAllocator {
  @inline(__always) func maskIndex(_ zone: Int, _ type: MigrateType) -> Int {
    zone &<< 3 | Int(type.rawValue)
  }

  @inline(__always) func listIndex(_ zone: Int, _ type: MigrateType, _ order: Int) -> Int {
    maskIndex(zone, type) &<< 4 | order
  }

  /// Makes the pages from `position` a free block at the head of its list (`add_to_free_list`).
  @inline(__always) mutating func pushHead(
    _ position: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) {
    pushHead(position, list: listIndex(zone, type, order))
  }

  @inline(__always) mutating func pushHead(_ position: Int, list index: Int) {
    let old = lists[index].head
    lists[index].head = UInt32(truncatingIfNeeded: position)
    lists[index].count &+= 1
    if old == FreeList.nobody {
      lists[index].tail = UInt32(truncatingIfNeeded: position)
      orderMasks[index &>> 4] |= 1 &<< UInt32(truncatingIfNeeded: index & 15)
      words[position] = PageWord(list: index, previous: position, next: position)
    } else {
      words[Int(old)].previous = position
      words[position] = PageWord(list: index, previous: position, next: Int(old))
    }
  }

  /// Makes the pages from `position` a free block at the tail of its list (`add_to_free_list_tail`).
  @inline(__always) mutating func pushTail(
    _ position: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) {
    pushTail(position, list: listIndex(zone, type, order))
  }

  @inline(__always) mutating func pushTail(_ position: Int, list index: Int) {
    let old = lists[index].tail
    lists[index].tail = UInt32(truncatingIfNeeded: position)
    lists[index].count &+= 1
    if old == FreeList.nobody {
      lists[index].head = UInt32(truncatingIfNeeded: position)
      orderMasks[index &>> 4] |= 1 &<< UInt32(truncatingIfNeeded: index & 15)
      words[position] = PageWord(list: index, previous: position, next: position)
    } else {
      words[Int(old)].next = position
      words[position] = PageWord(list: index, previous: Int(old), next: position)
    }
  }

  /// Takes a free block out of its list and makes its first page a tail (`del_page_from_free_list`).
  @inline(__always) mutating func unlink(_ position: Int, _ zone: Int) {
    unlink(position, words[position], zone)
    words[position] = .tail
  }

  /// Takes a free block, whose word is `word`, out of its list; the word itself stays as it is.
  @inline(__always) mutating func unlink(_ position: Int, _ word: PageWord, _ zone: Int) {
    let index = zone &<< 7 | word.listBits
    let previous = word.previous
    let next = word.next
    lists[index].count &-= 1
    if previous != position, next != position {
      words[previous].next = next
      words[next].previous = previous
    } else {
      unlinkAtEnd(position, previous, next, list: index)
    }
  }

  /// `unlink` for a block at the head or the tail of its list.
  @inline(__always) private mutating func unlinkAtEnd(
    _ position: Int,
    _ previous: Int,
    _ next: Int,
    list index: Int
  ) {
    if previous == position {
      if next == position {
        lists[index].head = FreeList.nobody
        lists[index].tail = FreeList.nobody
        orderMasks[index &>> 4] &= ~(1 &<< UInt32(truncatingIfNeeded: index & 15))
      } else {
        lists[index].head = UInt32(truncatingIfNeeded: next)
        words[next].previous = next
      }
    } else {
      lists[index].tail = UInt32(truncatingIfNeeded: previous)
      words[previous].next = previous
    }
  }

  /// Takes the head out of a list that is not empty; the head's word stays as it is.
  @inline(__always) mutating func popHead(list index: Int) -> Int {
    let head = Int(lists[index].head)
    unlinkAtEnd(head, head, words[head].next, list: index)
    lists[index].count &-= 1
    return head
  }

  /// Moves a free block to the tail of another type's list (`move_to_free_list`).
  mutating func move(_ position: Int, to type: MigrateType, _ zone: Int) {
    let order = words[position].order
    unlink(position, zone)
    pushTail(position, order, type, zone)
  }
}
