/// Words of bits that move up and down, from word `first` through word `last` of a row.
struct BitRow {
  let words: UnsafeMutablePointer<UInt64>
  let first: Int
  let last: Int

  /// Sets this row to `other` moved up by `bits`, and to `other` itself too where that is kept.
  func moveUp(_ other: BitRow, by bits: Int, keeping isKept: Bool) {
    let (skip, shift) = (bits / 64, UInt64(bits % 64))
    let (to, from) = (words, other.words)
    let start = min(first + skip, last + 1)
    for index in first..<start { to[index] = isKept ? from[index] : 0 }
    guard start <= last else { return }
    let kept: UInt64 = isKept ? .max : 0
    to[start] = from[start] & kept | from[first] << shift
    if shift == 0 {
      for index in start..<last + 1 { to[index] = from[index] & kept | from[index - skip] }
    } else {
      for index in start + 1..<max(last + 1, start + 1) {
        to[index] =
          from[index] & kept | from[index - skip] << shift | from[index - skip - 1] >> (64 - shift)
      }
    }
  }

  /// Sets this row to `other` moved down by `bits`, and to `other` itself too where that is kept.
  ///
  /// Says whether what was moved, and whether `other` itself, has a bit in common with `row`.
  func moveDown(
    _ other: BitRow,
    by bits: Int,
    keeping isKept: Bool,
    meeting row: BitRow
  ) -> (moved: Bool, unmoved: Bool) {
    let (skip, shift) = (bits / 64, UInt64(bits % 64))
    let (to, from, met) = (words, other.words, row.words)
    let kept: UInt64 = isKept ? .max : 0
    var (with, without) = (0 as UInt64, 0 as UInt64)
    let end = max(first, last - skip)
    if last - skip >= first {
      for index in first..<end {
        var moved = from[index + skip] >> shift
        if shift > 0 { moved |= from[index + skip + 1] << (64 - shift) }
        with |= moved & met[index]
        without |= from[index] & met[index]
        to[index] = moved | from[index] & kept
      }
    }
    for index in end...last {
      let moved = index + skip == last ? from[last] >> shift : 0
      with |= moved & met[index]
      without |= from[index] & met[index]
      to[index] = moved | from[index] & kept
    }
    return (with != 0, without != 0)
  }

  /// Adds the row moved up by `bits` to itself.
  func addUp(_ bits: Int) {
    let (skip, shift) = (bits / 64, UInt64(bits % 64))
    guard first + skip <= last else { return }
    for index in stride(from: last, to: first + skip, by: -1) {
      var moved = words[index - skip] << shift
      if shift > 0 { moved |= words[index - skip - 1] >> (64 - shift) }
      words[index] |= moved
    }
    words[first + skip] |= words[first] << shift
  }

  /// Adds the row moved down by `bits` to itself.
  func addDown(_ bits: Int) {
    let (skip, shift) = (bits / 64, UInt64(bits % 64))
    guard first + skip <= last else { return }
    for index in first..<last - skip {
      var moved = words[index + skip] >> shift
      if shift > 0 { moved |= words[index + skip + 1] << (64 - shift) }
      words[index] |= moved
    }
    words[last - skip] |= words[last] >> shift
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
