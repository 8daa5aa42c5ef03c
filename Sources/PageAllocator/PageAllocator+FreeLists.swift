/// The free lists: adding, removing, moving. Counters of free pages are the callers' work.
///
/// A list's index is zone, type and order one after the other in bits; the last two are also the low
/// bits of the tags of its blocks, so a block leads to its list by a mask. Zone, type and order are
/// all bounded where they come from, and so is the index.
extension PageAllocator {
  @inline(__always) func maskIndex(_ zone: Int, _ type: MigrateType) -> Int {
    zone &<< 3 | Int(type.rawValue)
  }

  @inline(__always) func listIndex(_ zone: Int, _ type: MigrateType, _ order: Int) -> Int {
    maskIndex(zone, type) &<< 4 | order
  }

  /// The first block of a list that is not empty.
  func firstBlock(_ zone: Int, _ type: MigrateType, _ order: Int) -> Int {
    words.first(ofList: listIndex(zone, type, order))
  }

  /// The number of blocks on a list (a part of `nr_free`).
  func blockCount(_ zone: Int, _ type: MigrateType, _ order: Int) -> Int {
    words.length(ofList: listIndex(zone, type, order))
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

  @inline(__always) mutating func pushHead(_ position: Int, list: Int) {
    words.pushHead(position, list: list)
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

  @inline(__always) mutating func pushTail(_ position: Int, list: Int) {
    words.pushTail(position, list: list)
  }

  /// Takes a free block out of its list and makes its first page a tail (`del_page_from_free_list`).
  @inline(__always) mutating func unlink(_ position: Int, _ zone: Int) {
    let tag = words.tag(position)
    precondition(tag & 0x80 != 0, "only a free block is on a list")
    remove(position, list: zone &<< 7 | Int(tag & 127))
    words.setTail(position)
  }

  /// Takes a free block out of its list; its tag stays as it is.
  @inline(__always) mutating func remove(_ position: Int, list: Int) {
    words.remove(position, list: list)
  }

  /// Takes the head out of a list that is not empty; its tag stays as it is.
  @inline(__always) mutating func popHead(list: Int) -> Int {
    words.removeFirst(ofList: list)
  }

  /// Moves a free block to the tail of another type's list (`move_to_free_list`).
  mutating func move(_ position: Int, to type: MigrateType, _ zone: Int) {
    let order = words.order(position)
    unlink(position, zone)
    pushTail(position, order, type, zone)
  }
}
