/// Words of bits that move up and down, from word `first` through word `last` of a row.
struct BitRow {
  let words: UnsafeMutablePointer<UInt64>
  let first: Int
  let last: Int

  /// Word `index` of the row moved up by `skip` words and `shift` bits.
  @inline(__always) func up(_ index: Int, _ skip: Int, _ shift: UInt64) -> UInt64 {
    let from = index - skip
    if from < first { return 0 }
    let high = words[from] << shift
    return shift == 0 || from == first ? high : high | words[from - 1] >> (64 - shift)
  }

  /// Word `index` of the row moved down by `skip` words and `shift` bits.
  @inline(__always) func down(_ index: Int, _ skip: Int, _ shift: UInt64) -> UInt64 {
    let from = index + skip
    if from > last { return 0 }
    let low = words[from] >> shift
    return shift == 0 || from == last ? low : low | words[from + 1] << (64 - shift)
  }

  func clear() {
    for index in first...last { words[index] = 0 }
  }

  /// Sets the bits `from` through `through`.
  func fill(_ from: Int, _ through: Int) {
    guard from <= through else { return }
    for index in from / 64...through / 64 {
      var mask = UInt64.max
      if index == from / 64 { mask &= .max << UInt64(from % 64) }
      if index == through / 64 { mask &= .max >> UInt64(63 - through % 64) }
      words[index] |= mask
    }
  }

  /// The highest bit that is set and not above `limit`, or -1.
  func highest(through limit: Int) -> Int {
    var index = limit / 64
    var word = words[index] & (.max >> UInt64(63 - limit % 64))
    while word == 0 {
      index -= 1
      if index < first { return -1 }
      word = words[index]
    }
    return index * 64 + 63 - word.leadingZeroBitCount
  }
}
