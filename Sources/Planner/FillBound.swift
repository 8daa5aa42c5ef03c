/// Proves that what is left can not fill what is left: only some sums of sizes can be made.
///
/// In a free segment of r bytes at most as much can be filled as the largest sum of sizes of unplaced items
/// that is not above r. If these largest sums together are less than all unplaced items need, there is no
/// way on. Worth its time only where nearly all memory is needed.
struct FillBound {
  /// More bits than this are not worth their time.
  private static let mostBits: UInt64 = 1 << 15

  /// What all sizes are multiples of.
  private let unit: UInt64
  private let segments: [FreeSegment]
  private var sums: SubsetSums

  /// Nil where much memory may stay free, or where sizes are too fine for a table of sums.
  init?(_ items: [SearchItem], _ space: FreeSpace) {
    var used = Set<Int>()
    for item in items {
      for interval in item.intervals {
        used.insert(space.lastSegment(startingBelow: interval.low + 1))
      }
    }
    segments = used.sorted().map { space.segments[$0] }
    unit = items.reduce(0) { commonDivisor($0, $1.size) }
    let free = segments.reduce(0 as UInt64) { $0 + ($1.end - $1.start) }
    let demand = items.reduce(0 as UInt64) { saturatingSum($0, $1.size) }
    let most = segments.map { $0.end - $0.start }.max() ?? 0
    guard demand <= free, demand < .max, (free - demand) <= free / 16, unit > 0,
      most / unit < Self.mostBits
    else {
      return nil
    }
    sums = SubsetSums(bits: Int(most / unit) + 1)
  }

  /// Whether items of these sizes may still fill enough of the memory above `cursor`, and the work done.
  ///
  /// `local` are the sizes of those that could still begin and end in the segment that `cursor` is in.
  mutating func mayFill(
    _ sizes: [UInt64],
    local: [UInt64],
    segmentEnd: UInt64,
    above cursor: UInt64
  ) -> Bool {
    let demand = sizes.reduce(0, +)
    var filled: UInt64 = 0
    if let current = segments.first(where: { $0.end == segmentEnd }), current.start <= cursor {
      sums.reset()
      for size in local { sums.add(Int(size / unit)) }
      filled = largest(current.end - cursor)
    }
    sums.reset()
    for size in sizes { sums.add(Int(size / unit)) }
    for segment in segments.reversed() {
      if filled >= demand { return true }
      if segment.end <= cursor || segment.end == segmentEnd { break }
      filled += largest(segment.end - max(segment.start, cursor))
    }
    return filled >= demand
  }

  /// What a look costs in steps.
  func cost(_ items: Int) -> Int { items * sums.wordCount / 16 }

  private func largest(_ bytes: UInt64) -> UInt64 {
    UInt64(sums.largest(atMost: Int(bytes / unit))) * unit
  }
}

/// The sums that can be made of some numbers, each used at most once, as bits.
struct SubsetSums {
  private var words: [UInt64]

  /// The sums below `bits`; with no numbers that is zero alone.
  init(bits: Int) {
    words = Array(repeating: 0, count: bits / 64 + 1)
    words[0] = 1
  }

  var wordCount: Int { words.count }

  mutating func reset() {
    for index in words.indices { words[index] = 0 }
    words[0] = 1
  }

  /// Adds a number that may be used once.
  ///
  /// - Complexity: O(bits / 64).
  mutating func add(_ number: Int) {
    let skip = number / 64
    let shift = UInt64(number % 64)
    guard skip < words.count else { return }
    for index in stride(from: words.count - 1, through: skip, by: -1) {
      var moved = words[index - skip] << shift
      if shift > 0, index > skip { moved |= words[index - skip - 1] >> (64 - shift) }
      words[index] |= moved
    }
  }

  /// The largest sum that is not above `limit`.
  func largest(atMost limit: Int) -> Int {
    var index = min(limit / 64, words.count - 1)
    var word = words[index]
    if limit / 64 == index, limit % 64 < 63 { word &= (2 << UInt64(limit % 64)) - 1 }
    while word == 0, index > 0 {
      index -= 1
      word = words[index]
    }
    return index * 64 + 63 - word.leadingZeroBitCount
  }
}
