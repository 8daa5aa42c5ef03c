/// Remembers which items can not fill which gaps.
///
/// What is remembered is compared whole, so one failure is never taken for another.
struct GapFailures {
  /// Nothing more is remembered after this many words.
  private static let mostWords = 1 << 23

  private var known: Set<[UInt64]> = []
  private var words = 0

  /// The key of the unplaced `items` and the gaps left for them.
  func key(_ items: [Int], _ gaps: [FilledGaps.Gap]) -> [UInt64] {
    var key: [UInt64] = [0, 0]
    key.reserveCapacity(2 + gaps.count)
    for item in items { key[item / 64] |= 1 << UInt64(item % 64) }
    for gap in gaps { key.append(UInt64(gap.low) << 32 | UInt64(gap.high)) }
    return key
  }

  /// Whether this was remembered.
  func contains(_ key: [UInt64]) -> Bool { known.contains(key) }

  /// Remembers a failure while there is room.
  mutating func insert(_ key: [UInt64]) {
    guard words < Self.mostWords else { return }
    words += key.count
    known.insert(key)
  }
}
