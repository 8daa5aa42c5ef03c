/// The free memory of a problem as one row of bits, and where in it each item could begin.
///
/// Bit p of a row is a border between units of memory. Segments follow each other with a bit between them,
/// so a segment of n units has n + 1 borders. A unit is the largest size that divides whatever places depend on.
struct FilledGaps {
  /// A run of free memory between two borders.
  struct Gap: Hashable {
    var low: Int
    var high: Int
  }

  /// More words of bits than this, for all items together, are not worth their time.
  private static let mostWords = 1 << 20
  private static let mostItems = 128

  /// The sizes of the items in units.
  let sizes: [Int]
  /// The words of a row.
  let words: Int
  /// A row for each item: the borders that it may begin at.
  let allowed: [UInt64]
  /// The gaps there are before anything is placed.
  let gaps: [Gap]
  /// How many units stay free when all is placed.
  let slack: Int
  private let unit: UInt64
  private let segments: [FreeSegment]

  /// Nil where sizes are too fine, items too many, or so much stays free that nothing follows from it.
  init?(_ items: [SearchItem], _ space: FreeSpace) {
    guard items.count <= Self.mostItems, items.allSatisfy(\.apart.isEmpty) else { return nil }
    var used = Set<Int>()
    for item in items {
      for interval in item.intervals {
        used.insert(space.lastSegment(startingBelow: interval.low + 1))
      }
    }
    // Each item placed can make one gap more; gaps are counted in a set of items' numbers.
    guard items.count + used.count <= Self.mostItems else { return nil }
    let segments = used.sorted().map { space.segments[$0] }
    let unit = Self.unit(items, segments)
    let free = segments.reduce(0 as UInt64) { $0 + ($1.end - $1.start) }
    let demand = items.reduce(0 as UInt64) { saturatingSum($0, $1.size) }
    guard unit > 0, demand <= free, free - demand <= free / 16,
      free / unit < UInt64(Self.mostWords)
    else { return nil }
    var gaps: [Gap] = []
    var bits = 0
    for segment in segments {
      let length = Int((segment.end - segment.start) / unit)
      gaps.append(Gap(low: bits, high: bits + length))
      bits += length + 1
    }
    words = bits / 64 + 1
    guard words * items.count <= Self.mostWords else { return nil }
    sizes = items.map { Int($0.size / unit) }
    slack = Int((free - demand) / unit)
    self.gaps = gaps
    self.segments = segments
    self.unit = unit
    allowed = Self.allowed(items, segments, gaps, unit, words)
  }

  /// The address of a border.
  func address(_ border: Int) -> UInt64 {
    let index = gaps.lastIndex { $0.low <= border } ?? 0
    return segments[index].start + UInt64(border - gaps[index].low) * unit
  }

  /// Whether the item may begin at the border.
  func allows(_ item: Int, _ border: Int) -> Bool {
    allowed[item * words + border / 64] >> UInt64(border % 64) & 1 != 0
  }

  /// The lowest border from `border` on that the item may begin at.
  func firstBorder(of item: Int, from border: Int) -> Int? {
    let row = item * words
    var index = border / 64
    guard index < words else { return nil }
    var word = allowed[row + index] & (.max << UInt64(border % 64))
    while word == 0 {
      index += 1
      if index == words { return nil }
      word = allowed[row + index]
    }
    return index * 64 + word.trailingZeroBitCount
  }

  /// The largest unit that sizes, ends of gaps and ends of windows are multiples of, and that no
  /// rounding up to an alignment leaves.
  private static func unit(_ items: [SearchItem], _ segments: [FreeSegment]) -> UInt64 {
    var unit: UInt64 = 0
    for segment in segments {
      unit = commonDivisor(commonDivisor(unit, segment.start), segment.end)
    }
    for item in items {
      unit = commonDivisor(commonDivisor(unit, item.size), item.boundary)
      for interval in item.intervals { unit = commonDivisor(unit, interval.low) }
    }
    for item in items where unit > 0 && unit % (item.mask + 1) != 0 {
      unit = commonDivisor(unit, item.mask + 1)
    }
    return unit
  }

  private static func allowed(
    _ items: [SearchItem],
    _ segments: [FreeSegment],
    _ gaps: [Gap],
    _ unit: UInt64,
    _ words: Int
  ) -> [UInt64] {
    var allowed = Array(repeating: 0 as UInt64, count: items.count * words)
    for (index, item) in items.enumerated() {
      let step = max(unit, item.mask + 1)
      var segment = 0
      for interval in item.intervals {
        while segments[segment].end <= interval.low { segment += 1 }
        let start = segments[segment].start
        let low = gaps[segment].low
        var base = interval.low
        if step == unit, item.boundary == 0 {
          let last = low + Int((interval.high - start) / unit)
          fill(
            &allowed,
            index * words * 64 + low + Int((base - start) / unit),
            index * words * 64 + last
          )
          continue
        }
        while base <= interval.high {
          if item.boundary == 0 || item.allows(base) {
            let border = low + Int((base - start) / unit)
            allowed[index * words + border / 64] |= 1 << UInt64(border % 64)
          }
          let (next, overflow) = base.addingReportingOverflow(step)
          if overflow { break }
          base = next
        }
      }
    }
    return allowed
  }
}

/// Sets the bits `first` through `last` of a row.
private func fill(_ row: inout [UInt64], _ first: Int, _ last: Int) {
  for index in first / 64...max(first, last) / 64 where first <= last {
    var mask = UInt64.max
    if index == first / 64 { mask &= .max << UInt64(first % 64) }
    if index == last / 64 { mask &= .max >> UInt64(63 - last % 64) }
    row[index] |= mask
  }
}

/// The largest number that divides both; the other one where one is zero.
func commonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
  var (one, other) = (one, other)
  while other != 0 { (one, other) = (other, one % other) }
  return one
}
