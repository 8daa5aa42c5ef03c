/// A list of free blocks of one zone, type and order.
struct FreeList: BitwiseCopyable, Sendable {
  var head: UInt32
  var tail: UInt32
  /// The number of blocks.
  var count: UInt32

  static let nobody = UInt32.max
  static let empty = FreeList(head: nobody, tail: nobody, count: 0)
}

/// The lists: adding, removing, moving. Counters of free pages are the callers' work.
extension PageAllocator {
  @inline(__always) func maskIndex(_ zone: Int, _ type: MigrateType) -> Int {
    zone &* Self.typeStride &+ Int(type.rawValue)
  }

  @inline(__always) func listIndex(_ zone: Int, _ type: MigrateType, _ order: Int) -> Int {
    maskIndex(zone, type) &* Self.orderStride &+ order
  }

  /// Makes the pages from `position` a free block at the head of its list (`add_to_free_list`).
  @inline(__always) mutating func pushHead(
    _ position: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) {
    let index = listIndex(zone, type, order)
    var list = lists[index]
    let old = list.head
    list.head = UInt32(truncatingIfNeeded: position)
    list.count &+= 1
    if old == FreeList.nobody {
      list.tail = list.head
      orderMasks[maskIndex(zone, type)] |= 1 &<< UInt32(truncatingIfNeeded: order)
      words[position] = PageWord(freeOrder: order, type: type, previous: position, next: position)
    } else {
      words[Int(old)].previous = position
      words[position] = PageWord(freeOrder: order, type: type, previous: position, next: Int(old))
    }
    lists[index] = list
  }

  /// Makes the pages from `position` a free block at the tail of its list (`add_to_free_list_tail`).
  @inline(__always) mutating func pushTail(
    _ position: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) {
    let index = listIndex(zone, type, order)
    var list = lists[index]
    let old = list.tail
    guard old != FreeList.nobody else { return pushHead(position, order, type, zone) }
    list.tail = UInt32(truncatingIfNeeded: position)
    list.count &+= 1
    words[Int(old)].next = position
    words[position] = PageWord(freeOrder: order, type: type, previous: Int(old), next: position)
    lists[index] = list
  }

  /// Takes a free block out of its list and makes its first page a tail (`del_page_from_free_list`).
  @inline(__always) mutating func unlink(_ position: Int, _ zone: Int) {
    let word = words[position]
    let type = word.type
    let index = listIndex(zone, type, word.order)
    let previous = word.previous
    let next = word.next
    var list = lists[index]
    list.count &-= 1
    if previous == position {
      list.head = next == position ? FreeList.nobody : UInt32(truncatingIfNeeded: next)
    } else {
      words[previous].next = next == position ? previous : next
    }
    if next == position {
      list.tail = previous == position ? FreeList.nobody : UInt32(truncatingIfNeeded: previous)
    } else {
      words[next].previous = previous == position ? next : previous
    }
    if list.count == 0 {
      orderMasks[maskIndex(zone, type)] &= ~(1 &<< UInt32(truncatingIfNeeded: word.order))
    }
    lists[index] = list
    words[position] = .tail
  }

  /// Moves a free block to the tail of another type's list (`move_to_free_list`).
  mutating func move(_ position: Int, to type: MigrateType, _ zone: Int) {
    let order = words[position].order
    unlink(position, zone)
    pushTail(position, order, type, zone)
  }
}
