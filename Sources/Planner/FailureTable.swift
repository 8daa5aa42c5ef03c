/// Remembers which sets of items, placed up to which address, lead nowhere.
///
/// A cache of fixed size at most: a new entry replaces an old one at the same slot. Keys are compared whole,
/// so an entry is never taken for another. Only for up to 128 items; for more it stays empty.
struct FailureTable {
  private struct Entry {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var cursor: UInt64 = 0

    static func == (lhs: Entry, rhs: Entry) -> Bool {
      lhs.low == rhs.low && lhs.high == rhs.high && lhs.cursor == rhs.cursor
    }
  }

  private static let mostItems = 128
  private static let mostSlots = 1 << 20

  private let isUsed: Bool
  private var placed = Entry()
  private var slots: [Entry] = []
  private var count = 0

  init(items: Int, isUsed: Bool) {
    self.isUsed = isUsed && items <= Self.mostItems
  }

  /// Moves `item` into or out of the set of placed items.
  mutating func toggle(_ item: Int) {
    if item < 64 { placed.low ^= 1 << UInt64(item) } else { placed.high ^= 1 << UInt64(item & 63) }
  }

  /// Whether the placed items up to `cursor` are known to lead nowhere.
  func contains(cursor: UInt64) -> Bool {
    guard isUsed, !slots.isEmpty else { return false }
    let key = key(cursor)
    return slots[slot(key)] == key
  }

  /// Remembers that the placed items up to `cursor` lead nowhere.
  mutating func insert(cursor: UInt64) {
    // Nothing placed is the root, and the empty entry.
    guard isUsed, placed.low | placed.high != 0 else { return }
    if count * 2 >= slots.count, slots.count < Self.mostSlots { grow() }
    let key = key(cursor)
    slots[slot(key)] = key
    count += 1
  }

  private func key(_ cursor: UInt64) -> Entry {
    Entry(low: placed.low, high: placed.high, cursor: cursor)
  }

  private func slot(_ key: Entry) -> Int {
    var hash = key.low &* 0x9e37_79b9_7f4a_7c15
    hash = (hash ^ (hash >> 32) ^ key.high) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 29) ^ key.cursor) &* 0xc4ce_b9fe_1a85_ec53
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & UInt64(slots.count - 1))
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: Entry(), count: max(256, old.count * 4))
    for entry in old where entry.low | entry.high != 0 { slots[slot(entry)] = entry }
  }
}
