/// A set of the numbers below 128.
struct ItemSet: Hashable, Sequence {
  private(set) var low: UInt64 = 0
  private(set) var high: UInt64 = 0

  var isEmpty: Bool { low | high == 0 }
  var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

  /// The lowest member.
  var first: Int? {
    if low != 0 { return low.trailingZeroBitCount }
    return high != 0 ? high.trailingZeroBitCount + 64 : nil
  }

  func contains(_ item: Int) -> Bool {
    (item < 64 ? low >> UInt64(item) : high >> UInt64(item & 63)) & 1 != 0
  }

  mutating func insert(_ item: Int) {
    if item < 64 { low |= 1 << UInt64(item) } else { high |= 1 << UInt64(item & 63) }
  }

  mutating func remove(_ item: Int) {
    if item < 64 { low &= ~(1 << UInt64(item)) } else { high &= ~(1 << UInt64(item & 63)) }
  }

  mutating func formUnion(_ other: ItemSet) {
    low |= other.low
    high |= other.high
  }

  mutating func subtract(_ other: ItemSet) {
    low &= ~other.low
    high &= ~other.high
  }

  func intersection(_ other: ItemSet) -> ItemSet {
    var both = self
    both.low &= other.low
    both.high &= other.high
    return both
  }

  /// The members, the highest first.
  func descending() -> Descending { Descending(left: self) }

  /// The members, ascending.
  func makeIterator() -> Iterator { Iterator(left: self) }

  struct Iterator: IteratorProtocol {
    fileprivate var left: ItemSet

    mutating func next() -> Int? {
      if left.low != 0 {
        let item = left.low.trailingZeroBitCount
        left.low &= left.low - 1
        return item
      }
      guard left.high != 0 else { return nil }
      let item = left.high.trailingZeroBitCount
      left.high &= left.high - 1
      return item + 64
    }
  }

  struct Descending: Sequence, IteratorProtocol {
    fileprivate var left: ItemSet

    mutating func next() -> Int? {
      guard !left.isEmpty else { return nil }
      let item =
        left.high != 0
        ? 127 - left.high.leadingZeroBitCount : 63 - left.low.leadingZeroBitCount
      left.remove(item)
      return item
    }
  }
}
