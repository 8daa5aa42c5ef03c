/// What the engine knows of every page, in seven bytes a page.
///
/// **Tags.** One byte a page, dense, so that looking at buddies stays in the nearest caches; zero for
/// all pages of a block but the first:
///
///     free     1 | type 3 | order 4       the low seven bits are those of its list's index
///     in use   0 | 1 | careful 1 | 0 | order 4
///     absent   0 | 0 | 1 | reserved 1 | order 4
///
/// `careful` is set where freeing takes more than putting back: the block is pinned, or holds what
/// reclaim can drop.
///
/// **Slots.** Three 32-bit slots a pair of pages: one for each page and one for the pair. A block in
/// use has its owner, class and flags in its page's slot. A free block has the link to the next
/// block of its list there, and the link to the previous one in the pair's slot. One is enough:
/// two buddies of order 0 are never free side by side, as pageblocks have at least two pages, and a
/// larger free block covers its pair.
///
/// **List heads** are positions behind the last page, one a list, so lists are rings and linking has
/// no special cases.
///
/// **Bounds.** A position is checked where its tag is looked at or set. Links need no check: what is
/// stored as a link is a list's head or a position whose tag was set just before, and the pair's
/// slots exist for each position that has a tag.
///
/// **Pins** are rare: they are counted in a dictionary, and a flag says that there is an entry.
struct PageTable: ~Copyable, Sendable {
  /// The number of pages.
  let count: Int
  private var tags: FlatMemory<UInt8>
  private var slots: FlatMemory<UInt32>
  private var pins: [Int: UInt16] = [:]

  private static let carefulTag: UInt8 = 0x20
  private static let pinnedFlag: UInt32 = 1 << 30

  /// A table of pages that belong to no block yet, and of empty lists.
  init(pages: Int, lists: Int) {
    precondition(pages & 1 == 0, "pages come in pairs")
    count = pages
    tags = FlatMemory(repeating: 0, count: pages)
    slots = FlatMemory(repeating: 0, count: (pages + 2 * lists) / 2 * 3)
    for list in 0..<lists {
      let head = self.head(ofList: list)
      setNext(head, head)
      setPrevious(head, head)
    }
  }

  /// Another table with the same contents.
  ///
  /// - Complexity: O(pages).
  borrowing func copy() -> PageTable { PageTable(copying: self) }

  private init(copying other: borrowing PageTable) {
    count = other.count
    tags = other.tags.copy()
    slots = other.slots.copy()
    pins = other.pins
  }

  /// Bytes of this table.
  var byteCount: Int { tags.byteCount + slots.byteCount }

  // MARK: Tags

  @inline(__always) func tag(_ position: Int) -> UInt8 { tags[position] }
  @inline(__always) func isTail(_ position: Int) -> Bool { tags[position] == 0 }
  /// Whether this heads a free block of exactly `order`.
  @inline(__always) func isFree(_ position: Int, order: Int) -> Bool {
    tags[position] & 0x8f == 0x80 | UInt8(truncatingIfNeeded: order)
  }
  @inline(__always) func isFreeTag(_ tag: UInt8, order: Int) -> Bool {
    tag & 0x8f == 0x80 | UInt8(truncatingIfNeeded: order)
  }
  @inline(__always) func order(_ position: Int) -> Int { Int(tags[position] & 15) }
  @inline(__always) mutating func setTail(_ position: Int) { tags[position] = 0 }
  /// Whether a block is in use, and freeing it takes nothing but putting it back.
  @inline(__always) func isPlainlyUsed(_ tag: UInt8) -> Bool { tag & 0xf0 == 0x40 }

  // MARK: Links

  @inline(__always) func head(ofList list: Int) -> Int { count &+ list &<< 1 }
  @inline(__always) private func slot(_ position: Int) -> Int { position &+ (position &>> 1) }
  @inline(__always) private func pairSlot(_ position: Int) -> Int {
    (position | 1) &+ (position &>> 1) &+ 1
  }
  @inline(__always) func next(_ position: Int) -> Int {
    Int(truncatingIfNeeded: slots[proven: slot(position)])
  }
  @inline(__always) func previous(_ position: Int) -> Int {
    Int(truncatingIfNeeded: slots[proven: pairSlot(position)])
  }
  @inline(__always) private mutating func setNext(_ position: Int, _ other: Int) {
    slots[proven: slot(position)] = UInt32(truncatingIfNeeded: other)
  }
  @inline(__always) private mutating func setPrevious(_ position: Int, _ other: Int) {
    slots[proven: pairSlot(position)] = UInt32(truncatingIfNeeded: other)
  }

  /// The number of blocks on a list.
  ///
  /// - Complexity: O(n).
  func length(ofList list: Int) -> Int {
    let head = head(ofList: list)
    var position = next(head)
    var length = 0
    while position != head {
      length += 1
      position = next(position)
    }
    return length
  }

  /// Makes a page the first of a free block of a list, between two neighbours on it.
  @inline(__always) mutating func insert(
    _ position: Int,
    between previous: Int,
    _ next: Int,
    list: Int
  ) {
    tags[position] = 0x80 | UInt8(truncatingIfNeeded: list & 127)
    setNext(position, next)
    setPrevious(position, previous)
    setNext(previous, position)
    setPrevious(next, position)
  }

  /// Takes a free block out of its list; its tag stays as it is. Whether the list is empty now.
  @inline(__always) mutating func remove(_ position: Int) -> Bool {
    let next = next(position)
    let previous = previous(position)
    setNext(previous, next)
    setPrevious(next, previous)
    // Only the list's head is next to itself on both sides.
    return next == previous
  }

  /// `remove` for the first block of a list that is not empty.
  @inline(__always) mutating func removeFirst(ofList list: Int) -> (position: Int, isLast: Bool) {
    let head = head(ofList: list)
    let position = next(head)
    let next = next(position)
    setNext(head, next)
    setPrevious(next, head)
    return (position, next == head)
  }

  // MARK: Blocks in use

  /// Makes a page the first of a block in use that is not pinned.
  @inline(__always) mutating func occupy(
    _ position: Int,
    _ order: Int,
    _ use: PageUse,
    _ owner: OwnerID
  ) {
    tags[position] =
      0x40 | UInt8(truncatingIfNeeded: order) | (use.isDroppable ? Self.carefulTag : 0)
    slots[proven: slot(position)] = UInt32(use.rawValue) &<< 24 | owner.rawValue
  }

  // MARK: Whole words

  /// All that is known of a page but its links.
  @inline(__always) subscript(position: Int) -> PageWord {
    get {
      let tag = tags[position]
      let top = UInt64(tag) &<< 56
      guard tag & 0xc0 == 0x40 else { return PageWord(bits: top) }
      let info = slots[slot(position)]
      let low = UInt64(info & 0xff_ffff) | UInt64(info &>> 24 & 15) &<< 52
      let flags = UInt64(info &>> 28 & 3) &<< 48
      let count = info & Self.pinnedFlag == 0 ? 0 : UInt64(pins[position] ?? 0) &<< 32
      return PageWord(bits: top | low | flags | count)
    }
    set { set(position, newValue) }
  }

  private mutating func set(_ position: Int, _ word: PageWord) {
    let hadPins = tags[position] & 0xc0 == 0x40 && slots[slot(position)] & Self.pinnedFlag != 0
    var tag = UInt8(truncatingIfNeeded: word.bits &>> 56)
    if word.isUsed {
      tag &= ~Self.carefulTag
      if word.isPinned || word.isDroppable { tag |= Self.carefulTag }
      slots[slot(position)] =
        UInt32(truncatingIfNeeded: word.bits & 0xff_ffff)
        | UInt32(truncatingIfNeeded: word.bits &>> 52 & 15) &<< 24
        | UInt32(truncatingIfNeeded: word.bits &>> 48 & 3) &<< 28
        | (word.isPinned ? Self.pinnedFlag : 0)
    }
    if word.isUsed, word.isPinned {
      pins[position] = UInt16(truncatingIfNeeded: word.pins)
    } else if hadPins {
      pins[position] = nil
    }
    tags[position] = tag
  }
}
