/// Remembers which items can not fill which gaps.
///
/// What is remembered is compared whole, so one failure is never taken for another.
struct GapFailures {
  /// Items still to be placed, and the gaps left for them; how much may stay free follows.
  struct Key: Hashable {
    let items: ItemSet
    let gaps: [FilledGaps.Gap]
  }

  /// Nothing more is remembered after this many gaps.
  private static let mostGaps = 1 << 22

  private var known: Set<Key> = []
  private var gaps = 0

  /// Whether this was remembered.
  func contains(_ key: Key) -> Bool { known.contains(key) }

  /// Remembers a failure while there is room.
  mutating func insert(_ key: Key) {
    guard gaps < Self.mostGaps else { return }
    gaps += key.gaps.count + 4
    known.insert(key)
  }
}
