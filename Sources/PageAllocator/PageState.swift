/// What two bits say of a page.
enum PageState: UInt64 {
  /// See the tag.
  case other = 0
  /// A single page in use that can be freed without care.
  case usedPage = 1
  /// A free block of one page.
  case freePage = 2
  /// The first page of a free block of two.
  case freePair = 3

  /// A word of pages in use.
  static let allUsed: UInt64 = 0x5555_5555_5555_5555
}

/// What freeing a single page comes to, as the states of the four pages around it say.
enum PageFreeing: UInt8 {
  /// More than putting one page on a list: it merges, takes care, or is no single page in use.
  case general = 0
  /// It goes to the head of its list.
  case toHead = 1
  /// It goes to the tail, as the buddy of its pair is free (`buddy_merge_likely`).
  case toTail = 2

  /// The answers for all places in a group of four and all states of the group: the place is above
  /// the eight bits of the states.
  static func table(maxOrder: Int) -> FlatMemory<UInt8> {
    var table = FlatMemory<UInt8>(repeating: general.rawValue, count: 1 << 10)
    for index in 0..<table.count {
      let place = index >> 8
      func state(_ place: Int) -> PageState? {
        PageState(rawValue: UInt64(index >> (2 * place) & 3))
      }
      guard state(place) == .usedPage, state(place ^ 1) != .freePage else { continue }
      let isBesidePair = state((place & ~1) ^ 2) == .freePair
      table[index] = (isBesidePair && maxOrder > 1 ? toTail : toHead).rawValue
    }
    return table
  }
}
