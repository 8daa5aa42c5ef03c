import PhysicalMemory

/// What moved or was dropped, in order.
///
/// Its own memory instead of an array, because an entry is written for each page that moves.
struct RelocationLog: ~Copyable, Sendable {
  private var entries: FlatMemory<Entry>
  private(set) var count = 0

  /// A relocation in three words.
  struct Entry: BitwiseCopyable, Sendable {
    var from: UInt64 = 0
    var target: UInt64 = 0
    /// Kind, order, owner: 8, 8 and 24 bits.
    var info: UInt64 = 0
  }

  private static let moved: UInt64 = 0
  private static let dropped: UInt64 = 1 << 32
  private static let split: UInt64 = 2 << 32

  init() { entries = FlatMemory(repeating: Entry(), count: 16) }

  private init(copying other: borrowing RelocationLog) {
    entries = other.entries.copy()
    count = other.count
  }

  /// Another log with the same contents.
  borrowing func copy() -> RelocationLog { RelocationLog(copying: self) }

  /// Adds that a single page has moved.
  @inline(__always) mutating func appendMove(_ from: UInt64, to target: UInt64, _ owner: UInt32) {
    append(Entry(from: from, target: target, info: Self.moved | UInt64(owner)))
  }

  mutating func append(_ relocation: Relocation) {
    var entry = Entry(from: relocation.from.rawValue)
    entry.info = UInt64(relocation.owner.rawValue) | UInt64(relocation.order.rawValue) << 24
    switch relocation.fate {
    case .moved(let page): entry.target = page.rawValue
    case .dropped: entry.info |= Self.dropped
    case .split: entry.info |= Self.split
    }
    append(entry)
  }

  @inline(__always) private mutating func append(_ entry: Entry) {
    if count == entries.count { grow() }
    // There is room by now.
    entries[proven: count] = entry
    count &+= 1
  }

  @inline(never) private mutating func grow() {
    var larger = FlatMemory<Entry>(repeating: Entry(), count: 2 * entries.count)
    for index in 0..<count { larger[index] = entries[index] }
    entries = larger
  }

  /// The entry at an index below `count`.
  subscript(index: Int) -> Relocation {
    let entry = entries[index]
    let fate: Relocation.Fate =
      switch entry.info & 3 << 32 {
      case Self.moved: .moved(to: PageFrameNumber(entry.target))
      case Self.dropped: .dropped
      default: .split
      }
    return Relocation(
      from: PageFrameNumber(entry.from),
      order: Order(UInt8(truncatingIfNeeded: entry.info >> 24)),
      owner: OwnerID(unchecked: UInt32(truncatingIfNeeded: entry.info & 0xff_ffff)),
      fate: fate
    )
  }

  mutating func removeAll() { count = 0 }
}

/// Asking what moved.
extension PageAllocator {
  /// What moved or was dropped since the last call, in order, if `recordsRelocations` was set.
  public mutating func takeRelocations() -> [Relocation] {
    var relocations: [Relocation] = []
    relocations.reserveCapacity(relocationLog.count)
    forEachRelocation { relocations.append($0) }
    return relocations
  }

  /// Calls `body` with what moved or was dropped since the last call, in order, and forgets it.
  ///
  /// As `takeRelocations`, but the memory for it is kept.
  public mutating func forEachRelocation(_ body: (Relocation) -> Void) {
    defer { relocationLog.removeAll() }
    for index in 0..<relocationLog.count { body(relocationLog[index]) }
  }
}
