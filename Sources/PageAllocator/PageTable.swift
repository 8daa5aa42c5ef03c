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
/// care, a free page, a larger free block, anything else. One word of 32 pages answers all that
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
/// **Bounds.** A position is checked where its tag is looked at or set; slots exist for each position
/// that has a tag. A place in a ring is below the ring's capacity, as it is masked by it; the slot of
/// a block whose tag is that of a list holds a place in that list's ring.
///
/// **Pins** are rare: they are counted in a dictionary, and a flag says that there is an entry.
struct PageTable: ~Copyable, Sendable {
  /// The number of pages.
  let count: Int
  private var tags: FlatMemory<UInt8>
  private var states: FlatMemory<UInt64>
  private var slots: FlatMemory<UInt32>
  private var rings: FlatMemory<Ring>
  /// The places of all rings; a ring moves to the end when it grows.
  private var places: FlatMemory<UInt32>
  private var nextPlace = 0
  private var pins: [Int: UInt16] = [:]

  private static let carefulTag: UInt8 = 0x20
  private static let pinnedFlag: UInt32 = 1 << 30

  /// A table of pages that belong to no block yet, and of empty lists.
  init(pages: Int, lists: Int) {
    count = pages
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
    pins = other.pins
  }

  /// Bytes of this table.
  var byteCount: Int {
    tags.byteCount + states.byteCount + slots.byteCount + rings.byteCount + places.byteCount
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

  @inline(__always) private mutating func setTag(_ position: Int, _ tag: UInt8, _ state: PageState) {
    tags[position] = tag
    let shift = UInt64(truncatingIfNeeded: (position & 31) &* 2)
    let word = states[proven: position &>> 5]
    states[proven: position &>> 5] = word & ~(3 &<< shift) | state.rawValue &<< shift
  }

  /// The states of the 32 pages around a position.
  @inline(__always) func surroundings(_ position: Int) -> Surroundings {
    Surroundings(states: states[position &>> 5], place: position & 31)
  }

  /// What is wrong with the state of a page, or nil.
  func checkState(_ position: Int) -> String? {
    let tag = tags[position]
    let expected: PageState =
      tag == 0x40 ? .usedPage : tag & 0x8f == 0x80 ? .freePage : tag & 0x80 != 0 ? .freeBlock : .other
    return surroundings(position).state(position & 31) == expected.rawValue
      ? nil : "the state of \(position) is not that of its tag"
  }
  /// Whether a block is in use, and freeing it takes nothing but putting it back.
  @inline(__always) func isPlainlyUsed(_ tag: UInt8) -> Bool { tag & 0xf0 == 0x40 }

  // MARK: Lists

  /// The number of blocks on a list.
  func length(ofList list: Int) -> Int { Int(rings[list].count) }

  /// The first block of a list that is not empty.
  func first(ofList list: Int) -> Int {
    let ring = rings[list]
    var place = ring.head
    while true {
      let position = places[ring.first &+ Int(place & ring.mask)]
      if position != Ring.hole { return Int(position) }
      place &+= 1
    }
  }

  /// Calls `body` with each block of a list, the head first, until it gives something.
  ///
  /// - Complexity: O(blocks).
  func forEach(ofList list: Int, _ body: (Int) -> String?) -> String? {
    let ring = rings[list]
    var place = ring.head
    while place != ring.tail {
      let position = places[ring.first &+ Int(place & ring.mask)]
      if position != Ring.hole, let result = body(Int(position)) { return result }
      place &+= 1
    }
    return nil
  }

  /// What is wrong with the place of a free block of a list, or nil.
  func checkPlace(_ position: Int, list: Int) -> String? {
    let ring = rings[list]
    let place = slots[position]
    guard place <= ring.mask, places[ring.first + Int(place)] == UInt32(position) else {
      return "\(position) is not in its place"
    }
    return nil
  }

  /// Makes a page the first of a free block at the head of a list; whether the list was empty.
  @inline(__always) mutating func pushHead(_ position: Int, list: Int) {
    if rings[proven: list].isFull { makeRoom(list) }
    let place = rings[proven: list].head &- 1
    rings[proven: list].head = place
    put(position, place & rings[proven: list].mask, list)
  }

  /// Makes a page the first of a free block at the tail of a list.
  @inline(__always) mutating func pushTail(_ position: Int, list: Int) {
    if rings[proven: list].isFull { makeRoom(list) }
    let place = rings[proven: list].tail
    rings[proven: list].tail = place &+ 1
    put(position, place & rings[proven: list].mask, list)
  }

  @inline(__always) private mutating func put(_ position: Int, _ place: UInt32, _ list: Int) {
    rings[proven: list].count &+= 1
    let tag = 0x80 | UInt8(truncatingIfNeeded: list & 127)
    setTag(position, tag, list & 15 == 0 ? .freePage : .freeBlock)
    slots[proven: position] = place
    places[proven: rings[proven: list].first &+ Int(place)] = UInt32(truncatingIfNeeded: position)
  }

  /// Takes a free block out of its list; its tag stays as it is. Whether the list is empty now.
  @inline(__always) mutating func remove(_ position: Int, list: Int) -> Bool {
    places[proven: rings[proven: list].first &+ Int(slots[proven: position])] = Ring.hole
    return takeOne(list)
  }

  /// `remove` for the first block of a list that is not empty.
  @inline(__always) mutating func removeFirst(ofList list: Int) -> (position: Int, isLast: Bool) {
    let first = rings[proven: list].first
    let mask = rings[proven: list].mask
    var place = rings[proven: list].head
    var position = places[proven: first &+ Int(place & mask)]
    while position == Ring.hole {
      place &+= 1
      position = places[proven: first &+ Int(place & mask)]
    }
    rings[proven: list].head = place &+ 1
    return (Int(position), takeOne(list))
  }

  @inline(__always) private mutating func takeOne(_ list: Int) -> Bool {
    let left = rings[proven: list].count &- 1
    rings[proven: list].count = left
    if left != 0 { return false }
    // Nothing but holes is left.
    rings[proven: list].head = rings[proven: list].tail
    return true
  }

  /// Writes a full ring anew without its holes, in a larger place if more than half are blocks.
  ///
  /// - Complexity: O(places), and each place was filled since the last time.
  @inline(never) private mutating func makeRoom(_ list: Int) {
    var ring = rings[list]
    let oldFirst = ring.first
    let oldMask = ring.mask
    var blocks: [UInt32] = []
    blocks.reserveCapacity(Int(ring.count))
    for place in 0...oldMask {
      let position = places[oldFirst + Int((ring.head &+ place) & oldMask)]
      if position != Ring.hole { blocks.append(position) }
    }
    if 2 * blocks.count > Int(oldMask) + 1 {
      let capacity = 2 * (Int(oldMask) + 1)
      if nextPlace + capacity > places.count { compactPlaces(freeing: list, for: capacity) }
      ring.first = nextPlace
      ring.mask = UInt32(capacity - 1)
      nextPlace += capacity
    }
    ring.head = 0
    ring.tail = UInt32(blocks.count)
    rings[list] = ring
    for (place, position) in blocks.enumerated() {
      places[ring.first + place] = position
      slots[Int(position)] = UInt32(place)
    }
  }

  /// Lays the rings one after the other in a new memory with room for one more of `capacity`; that
  /// of `list` is left out.
  private mutating func compactPlaces(freeing list: Int, for capacity: Int) {
    var used = capacity
    for other in 0..<rings.count where other != list { used += rings[other].capacity }
    var new = FlatMemory<UInt32>(repeating: Ring.hole, count: used + used / 4)
    var next = 0
    for other in 0..<rings.count where other != list {
      let ring = rings[other]
      for place in 0..<ring.capacity { new[next + place] = places[ring.first + place] }
      rings[other].first = next
      next += ring.capacity
    }
    places = new
    nextPlace = next
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

/// What two bits say of a page.
enum PageState: UInt64 {
  /// See the tag.
  case other = 0
  /// A single page in use that can be freed without care.
  case usedPage = 1
  /// A free block of one page.
  case freePage = 2
  /// The first page of a larger free block.
  case freeBlock = 3
}

/// A page among the 31 pages around it.
struct Surroundings {
  let states: UInt64
  let place: Int

  @inline(__always) func state(_ place: Int) -> UInt64 {
    states &>> UInt64(truncatingIfNeeded: place &* 2) & 3
  }
  /// Whether this is a single page in use, to be freed without care, that has no buddy to merge with.
  @inline(__always) var isPageWithoutBuddy: Bool {
    state(place) == PageState.usedPage.rawValue && state(place ^ 1) != PageState.freePage.rawValue
  }
  /// Whether a free block of more than a page starts where the buddy of this page's pair would.
  @inline(__always) var mayMergeSoon: Bool {
    state((place & ~1) ^ 2) == PageState.freeBlock.rawValue
  }
}

/// A list of free blocks: places `head` up to `tail`, both counted without end and taken modulo the
/// capacity, of which some are holes.
struct Ring: BitwiseCopyable, Sendable {
  /// Where its places start.
  var first = 0
  var head: UInt32 = 0
  var tail: UInt32 = 0
  /// The number of blocks.
  var count: UInt32 = 0
  /// The capacity, a power of two, less one.
  var mask = UInt32(Ring.smallest - 1)

  static let smallest = 16
  static let hole = UInt32.max

  @inline(__always) var isFull: Bool { tail &- head > mask }
  var capacity: Int { Int(mask) + 1 }
}
