/// A bitmap's place among all bitmaps of the engine: its words, and behind them those of its index
/// (`Bitmap+Index.swift`).
struct Bitmap: Hashable, Sendable {
  let firstWord: Int
  /// The number of bits.
  let count: Int
}

/// Bitmaps whose words lie in one block of memory.
extension FlatMemory<UInt64> {
  /// Sets or clears the bits of `range`.
  mutating func set(_ bitmap: Bitmap, _ range: Range<Int>, to value: Bool) {
    guard !range.isEmpty else { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= bitmap.count, "bits are in the map")
    assign(bitmap.firstWord, range, value)
    updateIndex(bitmap, range, isUsed: value)
  }

  /// Sets or clears bits counted from the word `first`.
  @inline(__always) mutating func assign(_ first: Int, _ range: Range<Int>, _ value: Bool) {
    var bit = range.lowerBound
    while bit < range.upperBound {
      let offset = bit & 63
      let count = Swift.min(64 - offset, range.upperBound - bit)
      let mask = (count == 64 ? UInt64.max : (1 &<< UInt64(count)) &- 1) &<< UInt64(offset)
      let word = first + (bit &>> 6)
      self[word] = value ? self[word] | mask : self[word] & ~mask
      bit += count
    }
  }

  /// The first bit with `value` in `range`, or the range's end.
  func first(_ bitmap: Bitmap, _ value: Bool, in range: Range<Int>) -> Int {
    var bit = range.lowerBound
    while bit < range.upperBound {
      let raw = self[bitmap.firstWord + (bit &>> 6)]
      let word = (value ? raw : ~raw) &>> UInt64(bit & 63)
      if word != 0 { return Swift.min(bit + word.trailingZeroBitCount, range.upperBound) }
      bit = (bit | 63) + 1
    }
    return range.upperBound
  }

  /// The last set bit in `range`.
  func last(_ bitmap: Bitmap, in range: Range<Int>) -> Int? {
    var end = range.upperBound
    while end > range.lowerBound {
      let word = self[bitmap.firstWord + ((end - 1) &>> 6)] &<< UInt64(63 - (end - 1) & 63)
      if word != 0 {
        let bit = end - 1 - word.leadingZeroBitCount
        return bit >= range.lowerBound ? bit : nil
      }
      end = (end - 1) & ~63
    }
    return nil
  }

  /// The first position from `start` with `count` clear bits whose sum with `offset` is a multiple of
  /// `mask` + 1 (`bitmap_find_next_zero_area_off`).
  ///
  /// - Complexity: that of the index, unless the alignment is not that of the map's own start.
  func firstClear(_ bitmap: Bitmap, from start: Int, _ count: Int, mask: Int, offset: Int) -> Int? {
    if offset & mask == 0, count > 0 { return firstFit(bitmap, from: start, count, mask: mask) }
    return scan(bitmap, from: start, count, mask: mask, offset: offset)
  }

  /// `firstClear` as the kernel does it, bit after bit.
  ///
  /// - Complexity: O(bits).
  func scan(_ bitmap: Bitmap, from start: Int, _ count: Int, mask: Int, offset: Int) -> Int? {
    var start = start
    while start < bitmap.count {
      let zero = first(bitmap, false, in: start..<bitmap.count)
      let index = ((zero + offset + mask) & ~mask) - offset
      guard index <= bitmap.count - count else { return nil }
      let set = first(bitmap, true, in: index..<index + count)
      if set == index + count { return index }
      start = set + 1
    }
    return nil
  }

  /// Calls `body` with each maximal run of clear bits, ascending.
  func forEachClearRun(_ bitmap: Bitmap, _ body: (Range<Int>) -> Void) {
    var bit = 0
    while bit < bitmap.count {
      let start = first(bitmap, false, in: bit..<bitmap.count)
      guard start < bitmap.count else { return }
      let end = first(bitmap, true, in: start..<bitmap.count)
      body(start..<end)
      bit = end
    }
  }
}
