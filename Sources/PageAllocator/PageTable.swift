/// What the engine knows of every page, in five and a quarter bytes a page, and the free lists.
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
/// **States.** Two bits a page say the same of single pages: a page in use that can be freed without
/// care, a free page, a free pair, anything else. One word of 32 pages answers all that
/// freeing a single page asks, and the words of 16 GiB of pages fit the second cache, where tags
/// do not.
///
/// **Slots.** Four bytes a page: owner, class and flags of a block in use, and for a free block its
/// place in the ring of its list.
///
/// **Rings.** A list is a ring of positions, the head at its low end. Taking a block out of the middle
/// leaves a hole, which is passed by when the head gets there. A linked list would be the same to its
/// users, but going from a block to the next would wait for memory each time, and unlinking would
/// touch two more blocks. A ring that is full is written anew without its holes, at twice the size if
/// need be, so it has at most four places a block.
///
/// **Bounds.** No number that was read from memory reaches memory unchecked, in release builds neither:
/// a position that comes from a list, a place in a ring, a list of a pageblock. What is read with
/// `subscript(proven:)` is an index that the same operation has checked a line or a call before:
/// - Tags, slots and states exist for the same positions, so a position that one of them has checked,
///   or that lies in the span of a bank, is one of all.
/// - The lists of one zone and type are sixteen in a row, so a list that was looked at stands for them.
/// - The index into `freeing` has ten bits, and that table has an entry for each value of them.
///
/// **Pins** are rare: they are counted in a dictionary, and a flag says that there is an entry.
struct PageTable: ~Copyable, Sendable {
  /// The number of pages.
  let count: Int
  // The lists are in a file of their own, so these are not private; nobody else touches them.
  var tags: FlatMemory<UInt8>
  var states: FlatMemory<UInt64>
  var slots: FlatMemory<UInt32>
  var rings: FlatMemory<Ring>
  /// The places of all rings; a ring moves to the end when it grows.
  var places: FlatMemory<UInt32>
  var nextPlace = 0
  /// See `PageFreeing.table`.
  var freeing: FlatMemory<UInt8>
  private var pins: [Int: UInt16] = [:]

  private static let carefulTag: UInt8 = 0x20
  private static let pinnedFlag: UInt32 = 1 << 30

  /// A table of pages that belong to no block yet, and of empty lists.
  init(pages: Int, lists: Int, maxOrder: Int) {
    precondition(lists % 16 == 0, "the lists of a zone and type are sixteen")
    count = pages
    freeing = PageFreeing.table(maxOrder: maxOrder)
    tags = FlatMemory(repeating: 0, count: pages)
    states = FlatMemory(repeating: 0, count: (pages + 31) / 32)
    slots = FlatMemory(repeating: 0, count: pages)
    rings = FlatMemory(repeating: Ring(), count: lists)
    places = FlatMemory(repeating: Ring.hole, count: lists * Ring.smallest)
    for list in 0..<lists { rings[list].first = list * Ring.smallest }
    nextPlace = lists * Ring.smallest
  }

  /// Another table with the same contents.
  ///
  /// - Complexity: O(pages).
  borrowing func copy() -> PageTable { PageTable(copying: self) }

  private init(copying other: borrowing PageTable) {
    count = other.count
    tags = other.tags.copy()
    states = other.states.copy()
    slots = other.slots.copy()
    rings = other.rings.copy()
    places = other.places.copy()
    nextPlace = other.nextPlace
    freeing = other.freeing.copy()
    pins = other.pins
  }

  /// Bytes of this table.
  var byteCount: Int {
    tags.byteCount + states.byteCount + slots.byteCount + rings.byteCount + places.byteCount
      + freeing.byteCount
  }

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
  @inline(__always) mutating func setTail(_ position: Int) { setTag(position, 0, .other) }

  @inline(__always) mutating func setTag(_ position: Int, _ tag: UInt8, _ state: PageState) {
    tags[position] = tag
    let shift = UInt64(truncatingIfNeeded: (position & 31) &* 2)
    let word = states[proven: position &>> 5]
    states[proven: position &>> 5] = word & ~(3 &<< shift) | state.rawValue &<< shift
  }

  /// The state of a free block.
  @inline(__always) static func state(_ tag: UInt8) -> PageState {
    switch tag & 15 {
    case 0: .freePage
    case 1: .freePair
    default: .other
    }
  }

  /// Lets single pages be freed the short way, or not.
  mutating func setShortcuts(isOpen: Bool, maxOrder: Int) {
    freeing =
      isOpen
      ? PageFreeing.table(maxOrder: maxOrder)
      : FlatMemory(repeating: PageFreeing.general.rawValue, count: freeing.count)
  }

  /// The state of a page.
  @inline(__always) func state(_ position: Int) -> UInt64 {
    states[position &>> 5] &>> UInt64(truncatingIfNeeded: position &* 2 & 63) & 3
  }

  /// The first position from `position` on, or `end`, that is not a single page in use.
  @inline(__always) func skipUsedPages(_ position: Int, _ end: Int) -> Int {
    var place = position
    while place < end {
      let others = (states[place &>> 5] ^ PageState.allUsed) &>> UInt64(2 &* (place & 31))
      if others != 0 { return Swift.min(place &+ others.trailingZeroBitCount &>> 1, end) }
      place = (place | 31) &+ 1
    }
    return end
  }

  /// What is wrong with the state of a page, or nil.
  func checkState(_ position: Int) -> String? {
    let tag = tags[position]
    let expected: PageState = tag == 0x40 ? .usedPage : tag & 0x80 != 0 ? Self.state(tag) : .other
    return state(position) == expected.rawValue
      ? nil : "the state of \(position) is not that of its tag"
  }
  /// Whether a block is in use, and freeing it takes nothing but putting it back.
  @inline(__always) func isPlainlyUsed(_ tag: UInt8) -> Bool { tag & 0xf0 == 0x40 }

  /// Whether a block is in use, and freeing it takes nothing but putting it back and the count of what
  /// can be dropped: it is neither pinned nor flagged.
  @inline(__always) func isPlainlyDroppable(_ position: Int, _ tag: UInt8) -> Bool {
    tag & 0xf0 == 0x60 && slots[position] &>> 28 == 0
  }

  // MARK: Blocks in use

  /// Makes a page the first of a block in use that is not pinned.
  @inline(__always) mutating func occupy(
    _ position: Int,
    _ order: Int,
    _ use: PageUse,
    _ owner: OwnerID
  ) {
    let tag = 0x40 | UInt8(truncatingIfNeeded: order) | (use.isDroppable ? Self.carefulTag : 0)
    setTag(position, tag, tag == 0x40 ? .usedPage : .other)
    slots[proven: position] = UInt32(use.rawValue) &<< 24 | owner.rawValue
  }

  /// Whether a single page in use that freeing takes no care of is movable and without flag.
  @inline(__always) func isPlainMovable(_ position: Int) -> Bool {
    // Flags make the number of the use too large.
    slots[position] &>> 24 < PageUse.unmovable.rawValue
  }

  /// Makes pages from `position` plain single pages in use; the slots are left to the caller.
  @inline(__always) mutating func occupyPlainly(_ position: Int, _ count: Int) {
    tags.fill(position..<position + count, with: 0x40)
    setStates(position, count, PageState.allUsed)
  }

  /// Makes pages from `position` pages of no block.
  @inline(__always) mutating func clearPlainly(_ position: Int, _ count: Int) {
    tags.fill(position..<position + count, with: 0)
    setStates(position, count, 0)
  }

  /// Sets the states of a run of pages, a word at a time, to parts of `value`.
  private mutating func setStates(_ position: Int, _ count: Int, _ value: UInt64) {
    var place = position
    let end = position &+ count
    while place < end {
      let next = Swift.min((place | 31) &+ 1, end)
      let bits = UInt64(truncatingIfNeeded: 2 &* (next &- place))
      let mask = (UInt64.max &>> (64 &- bits)) &<< UInt64(truncatingIfNeeded: 2 &* (place & 31))
      states[place &>> 5] = states[place &>> 5] & ~mask | value & mask
      place = next
    }
  }

  /// Copies use and owner of one page, whose state was looked at, to another, which was on a list;
  /// gives them.
  @inline(__always) mutating func copySlot(_ position: Int, to target: Int) -> UInt32 {
    let slot = slots[position]
    slots[target] = slot
    return slot
  }

  /// `occupy` for what can not be dropped, from the slot that it gets; the block was on a list.
  @inline(__always) mutating func occupy(_ position: Int, _ order: Int, slot: UInt32) {
    let tag = 0x40 | UInt8(truncatingIfNeeded: order)
    setTag(position, tag, order == 0 ? .usedPage : .other)
    slots[proven: position] = slot
  }

  // MARK: Whole words

  /// All that is known of a page but its links.
  @inline(__always) subscript(position: Int) -> PageWord {
    get {
      let tag = tags[position]
      let top = UInt64(tag) &<< 56
      guard tag & 0xc0 == 0x40 else { return PageWord(bits: top) }
      let info = slots[position]
      let low = UInt64(info & 0xff_ffff) | UInt64(info &>> 24 & 15) &<< 52
      let flags = UInt64(info &>> 28 & 3) &<< 48
      let count = info & Self.pinnedFlag == 0 ? 0 : UInt64(pins[position] ?? 0) &<< 32
      return PageWord(bits: top | low | flags | count)
    }
    set { set(position, newValue) }
  }

  private mutating func set(_ position: Int, _ word: PageWord) {
    let hadPins = tags[position] & 0xc0 == 0x40 && slots[position] & Self.pinnedFlag != 0
    var tag = UInt8(truncatingIfNeeded: word.bits &>> 56)
    if word.isUsed {
      tag &= ~Self.carefulTag
      if word.isPinned || word.isDroppable { tag |= Self.carefulTag }
      slots[position] =
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
    precondition(tag & 0x80 == 0, "free blocks are made by the lists")
    setTag(position, tag, tag == 0x40 ? .usedPage : .other)
  }
}
