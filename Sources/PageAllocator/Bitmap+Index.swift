/// What makes a search in a bitmap cheap: which aligned blocks of it are clear.
///
/// For each order k up to `topOrder` there are two *rows* of bits:
/// - `whole`: bit j says that all of `j << k ..< (j + 1) << k` is clear;
/// - `half`: bit j says that the first 2^k bits from `j << (k + 1)` are clear: the even bits of
///   `whole`, packed, for requests that are not a power of two and so are aligned to more than the
///   largest block that they are sure to fill.
///
/// Above each row lie summaries: a bit a word below that is not zero, up to a single word. So the
/// next set bit of a row is found in a few steps however far it is. Four bits a bit in all.
///
/// The rows follow the bitmap's own words: `whole` and `half` of order 0, then of order 1, and so on;
/// the first words after the bitmap are a table of where each row starts.
extension Bitmap {
  /// A row of bits: the word where it starts, and how many bits it has.
  struct Row {
    let first: Int
    let count: Int
  }

  private static let largestOrder = 15

  /// The largest order with rows, and -1 for an empty map.
  var topOrder: Int { Self.topOrder(count) }

  private static func topOrder(_ count: Int) -> Int {
    count == 0 ? -1 : Swift.min(largestOrder, Int.bitWidth - 1 - count.leadingZeroBitCount)
  }

  /// The words of `bits` bits.
  static func words(_ bits: Int) -> Int { (bits + 63) >> 6 }

  private static func rowWords(_ bits: Int) -> Int {
    var words = Self.words(bits)
    var sum = words
    while words > 1 {
      words = Self.words(words)
      sum += words
    }
    return sum
  }

  private static func rowBits(_ count: Int, _ row: Int) -> Int {
    let whole = count >> (row >> 1)
    return row & 1 == 0 ? whole : (whole + 1) >> 1
  }

  /// The words that a bitmap of `count` bits takes with its index.
  static func wordsWithIndex(_ count: Int) -> Int {
    let rows = 2 * (topOrder(count) + 1)
    return (0..<rows).reduce(words(count) + rows) { $0 + rowWords(rowBits(count, $1)) }
  }

  /// Where each row starts, relative to the map's first word.
  fileprivate func rowStarts() -> [Int] {
    let rows = 2 * (topOrder + 1)
    var next = Self.words(count) + rows
    return (0..<rows).map { row in
      defer { next += Self.rowWords(Self.rowBits(count, row)) }
      return next
    }
  }

  @inline(__always) fileprivate func rowCount(_ row: Int) -> Int {
    let whole = count &>> (row &>> 1)
    return row & 1 == 0 ? whole : (whole &+ 1) &>> 1
  }
}

extension FlatMemory<UInt64> {
  @inline(__always) private func row(_ bitmap: Bitmap, _ index: Int) -> Bitmap.Row {
    let start = Int(self[bitmap.firstWord + Bitmap.words(bitmap.count) + index])
    return Bitmap.Row(first: bitmap.firstWord + start, count: bitmap.rowCount(index))
  }
  @inline(__always) private func whole(_ bitmap: Bitmap, _ order: Int) -> Bitmap.Row {
    row(bitmap, 2 * order)
  }
  @inline(__always) private func half(_ bitmap: Bitmap, _ order: Int) -> Bitmap.Row {
    row(bitmap, 2 * order + 1)
  }

  /// Makes the index of a bitmap that is all clear.
  mutating func makeIndex(_ bitmap: Bitmap) {
    for (index, start) in bitmap.rowStarts().enumerated() {
      self[bitmap.firstWord + Bitmap.words(bitmap.count) + index] = UInt64(start)
      let row = row(bitmap, index)
      assign(row, 0..<row.count, true)
    }
  }

  // MARK: Rows

  @inline(__always) private func isSet(_ row: Bitmap.Row, _ bit: Int) -> Bool {
    self[row.first + (bit &>> 6)] &>> UInt64(bit & 63) & 1 != 0
  }

  /// Sets or clears bits of a row and brings its summaries up to date.
  private mutating func assign(_ row: Bitmap.Row, _ range: Range<Int>, _ value: Bool) {
    guard !range.isEmpty else { return }
    assign(row.first, range, value)
    var first = row.first
    var words = Bitmap.words(row.count)
    var low = range.lowerBound >> 6
    var high = (range.upperBound - 1) >> 6
    while words > 1 {
      let summary = first + words
      var hasChanged = false
      for word in low...high {
        let bit: UInt64 = 1 &<< UInt64(word & 63)
        let old = self[summary + (word >> 6)]
        let new = self[first + word] != 0 ? old | bit : old & ~bit
        if old != new {
          self[summary + (word >> 6)] = new
          hasChanged = true
        }
      }
      if !hasChanged { return }
      first = summary
      words = Bitmap.words(words)
      low >>= 6
      high >>= 6
    }
  }

  /// The first set bit of a row at or after `bit`.
  private func nextSet(_ row: Bitmap.Row, _ bit: Int) -> Int? {
    guard bit < row.count else { return nil }
    // Up, until a summary has a set bit behind where the search came from.
    var first = row.first
    var words = Bitmap.words(row.count)
    var position = bit
    var starts = (first, 0, 0, 0, 0, 0)
    var level = 0
    while true {
      let word = position >> 6
      if word < words {
        let rest = self[first + word] &>> UInt64(position & 63)
        if rest != 0 {
          position += rest.trailingZeroBitCount
          break
        }
      }
      guard words > 1 else { return nil }
      first += words
      words = Bitmap.words(words)
      position = word + 1
      level += 1
      switch level {
      case 1: starts.1 = first
      case 2: starts.2 = first
      case 3: starts.3 = first
      case 4: starts.4 = first
      default: starts.5 = first
      }
    }
    // And down again to the lowest set bit below it.
    while level > 0 {
      level -= 1
      let start =
        switch level {
        case 0: starts.0
        case 1: starts.1
        case 2: starts.2
        case 3: starts.3
        default: starts.4
        }
      position = position << 6 + self[start + position].trailingZeroBitCount
    }
    return position
  }

  // MARK: Keeping the index

  /// Follows a change of the bits of `range`.
  ///
  /// - Complexity: O(bits / 64 + orders), and less the sooner an order has nothing to change.
  mutating func updateIndex(_ bitmap: Bitmap, _ range: Range<Int>, isUsed: Bool) {
    for order in 0...bitmap.topOrder {
      let whole = whole(bitmap, order)
      let low = range.lowerBound >> order
      let high = Swift.min(((range.upperBound - 1) >> order) + 1, whole.count)
      guard low < high else { return }
      if isUsed {
        // Where no block was clear no larger one was.
        if order > 0, !hasSet(whole, low..<high) { return }
        assign(whole, low..<high, false)
      } else if order == 0 {
        assign(whole, low..<high, true)
      } else if !refresh(whole, of: bitmap, order, low..<high, range) {
        return
      }
      let half = half(bitmap, order)
      let evens = (low + 1) >> 1..<(high + 1) >> 1
      if isUsed {
        assign(half, evens, false)
      } else if !evens.isEmpty {
        // Only the first and the last can be other than clear.
        assign(half, evens, true)
        for bit in [evens.lowerBound, evens.upperBound - 1] where !isSet(whole, 2 * bit) {
          assign(half, bit..<bit + 1, false)
        }
      }
    }
  }

  private func hasSet(_ row: Bitmap.Row, _ range: Range<Int>) -> Bool {
    guard let bit = nextSet(row, range.lowerBound) else { return false }
    return bit < range.upperBound
  }

  /// Sets the blocks of an order that are clear now; whether there is one among `blocks`.
  private mutating func refresh(
    _ whole: Bitmap.Row,
    of bitmap: Bitmap,
    _ order: Int,
    _ blocks: Range<Int>,
    _ range: Range<Int>
  ) -> Bool {
    let below = self.whole(bitmap, order - 1)
    let inner = (range.lowerBound + (1 << order) - 1) >> order..<blocks.upperBound
    var isAnySet = false
    if inner.count > 1 {
      assign(whole, inner.lowerBound..<inner.upperBound - 1, true)
      isAnySet = true
    }
    for block in [blocks.lowerBound, blocks.upperBound - 1]
    where isSet(below, 2 * block) && isSet(below, 2 * block + 1) {
      assign(whole, block..<block + 1, true)
      isAnySet = true
    }
    return isAnySet
  }

  // MARK: Searching

  /// The first multiple of `mask` + 1 from `start` with `count` clear bits, which is at least one.
  func firstFit(_ bitmap: Bitmap, from start: Int, _ count: Int, mask: Int) -> Int? {
    guard count <= bitmap.count, start < bitmap.count else { return nil }
    let order = mask.nonzeroBitCount
    let size = Swift.min(Int.bitWidth - 1 - count.leadingZeroBitCount, bitmap.topOrder)
    return size < order
      ? firstPart(bitmap, from: start, count, order, size)
      : firstRun(bitmap, from: start, count, order, size)
  }

  /// `firstFit` for less than an aligned block of `order`: its first 2^`size` bits must be clear.
  private func firstPart(_ bitmap: Bitmap, from start: Int, _ count: Int, _ order: Int, _ size: Int)
    -> Int?
  {
    let half = half(bitmap, size)
    let mask = (1 << order) - 1
    var start = (start + mask) & ~mask
    while let bit = nextSet(half, start >> (size + 1)) {
      let index = bit << (size + 1)
      let aligned = (index + mask) & ~mask
      if aligned == index {
        guard index + count <= bitmap.count else { return nil }
        let rest = index + (1 << size)..<index + count
        if first(bitmap, true, in: rest) == rest.upperBound { return index }
        start = index + mask + 1
      } else {
        start = aligned
      }
    }
    return nil
  }

  /// `firstFit` for one or more aligned blocks of `order`.
  ///
  /// Whatever fits holds a clear aligned block of half its size, rounded down to a power of two; the
  /// clear blocks of that order are taken one after the other and looked at in both directions.
  private func firstRun(_ bitmap: Bitmap, from start: Int, _ count: Int, _ order: Int, _ size: Int)
    -> Int?
  {
    let isOneBlock = count == 1 << order
    let probe = Swift.min(isOneBlock ? order : Swift.max(order, size - 1), bitmap.topOrder)
    let row = whole(bitmap, probe)
    let step = 1 << order
    var start = (start + step - 1) & ~(step - 1)
    guard !isOneBlock || order > bitmap.topOrder else {
      return nextSet(row, start >> order).map { $0 << order }
    }
    while let block = nextSet(row, start >> probe) {
      var index = Swift.max((block << probe) & ~(step - 1), start)
      let border = last(bitmap, in: start..<index).map { $0 + 1 } ?? start
      index = (border + step - 1) & ~(step - 1)
      guard index + count <= bitmap.count else { return nil }
      let used = first(bitmap, true, in: index..<index + count)
      if used == index + count { return index }
      start = (used + step) & ~(step - 1)
    }
    return nil
  }
}
