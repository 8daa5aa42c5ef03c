/// The free lists of a `PageTable`.
extension PageTable {
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

  /// A bit for each order whose list is not empty, of the lists with this zone and type.
  @inline(__always) func orders(_ mask: Int) -> UInt32 { rings[mask &<< 4].orders }

  /// The pages that a request for these lists has to leave free in the zone for the fast path.
  @inline(__always) func floor(_ mask: Int) -> Int {
    Int(truncatingIfNeeded: rings[mask &<< 4].floor)
  }

  @inline(__always) mutating func setFloor(_ floor: Int, _ mask: Int) {
    // There are at most 2^28 pages, so what is beyond 2^31 is never free.
    rings[mask &<< 4].floor = Int32(clamping: floor)
  }

  /// Makes a page the first of a free block at the head of a list.
  @inline(__always) mutating func pushHead(_ position: Int, list: Int) {
    if rings[list].isFull { makeRoom(list) }
    let place = rings[proven: list].head &- 1
    rings[proven: list].head = place
    put(position, place & rings[proven: list].mask, list)
  }

  /// Makes a page the first of a free block at the tail of a list.
  @inline(__always) mutating func pushTail(_ position: Int, list: Int) {
    if rings[list].isFull { makeRoom(list) }
    let place = rings[proven: list].tail
    rings[proven: list].tail = place &+ 1
    put(position, place & rings[proven: list].mask, list)
  }

  /// The callers have looked at the list.
  @inline(__always) private mutating func put(_ position: Int, _ place: UInt32, _ list: Int) {
    rings[proven: list].count &+= 1
    rings[proven: list & ~15].orders |= 1 &<< UInt32(truncatingIfNeeded: list & 15)
    let tag = 0x80 | UInt8(truncatingIfNeeded: list & 127)
    setTag(position, tag, Self.state(tag))
    slots[proven: position] = place
    places[rings[proven: list].first &+ Int(place)] = UInt32(truncatingIfNeeded: position)
  }

  /// Takes a free block out of its list; its tag stays as it is.
  @inline(__always) mutating func remove(_ position: Int, list: Int) {
    places[rings[list].first &+ Int(slots[position])] = Ring.hole
    takeOne(list)
  }

  /// `remove` for the first block of a list that is not empty.
  @inline(__always) mutating func removeFirst(ofList list: Int) -> Int {
    precondition(!isEmpty(list), "a list has a block")
    return removeFirst(ofProven: list)
  }

  /// `removeFirst` for a list that the caller has looked at.
  @inline(__always) mutating func removeFirst(ofProven list: Int) -> Int {
    let first = rings[proven: list].first
    let mask = rings[proven: list].mask
    var place = rings[proven: list].head
    var position = places[first &+ Int(place & mask)]
    while position == Ring.hole {
      place &+= 1
      position = places[first &+ Int(place & mask)]
    }
    rings[proven: list].head = place &+ 1
    takeOne(list)
    return Int(position)
  }

  /// What freeing the page at a position, which the caller has checked, comes to: a raw `PageFreeing`.
  @inline(__always) func freeing(proven position: Int) -> UInt8 {
    let group = states[proven: position &>> 5] &>> UInt64(truncatingIfNeeded: position &* 2 & 0x38)
    // Ten bits, and the table has an entry for each value of them (`PageFreeing.table`).
    return freeing[proven: Int(truncatingIfNeeded: group & 0xff) | (position & 3) &<< 8]
  }

  /// `pushHead` or `pushTail` for a single page whose state says already that it is free; the caller
  /// has looked at both, and the list is not full.
  @inline(__always) mutating func putPage(_ position: Int, _ freeing: UInt8, list: Int) {
    let head = rings[proven: list].head &- 1
    let tail = rings[proven: list].tail
    // Without a branch, as which end it is can not be foreseen.
    let step = UInt32(truncatingIfNeeded: freeing) &- UInt32(PageFreeing.toHead.rawValue)
    let place = (step != 0 ? tail : head) & rings[proven: list].mask
    let index = rings[proven: list].first &+ Int(place)
    rings[proven: list].head = head &+ step
    rings[proven: list].tail = tail &+ step
    rings[proven: list].count &+= 1
    rings[proven: list].orders |= 1
    places[index] = UInt32(truncatingIfNeeded: position)
    tags[proven: position] = 0x80 | UInt8(truncatingIfNeeded: list)
    slots[proven: position] = place
  }

  /// `occupy` for a single page, taken off its list and checked by the caller, that is to be freed
  /// without care.
  @inline(__always) mutating func occupyPage(proven position: Int, slot: UInt32) {
    tags[proven: position] = 0x40
    slots[proven: position] = slot
    flip(proven: position)
  }

  /// Changes the state of a page, which the caller has looked at, from used to free or back.
  @inline(__always) mutating func flip(proven position: Int) {
    states[proven: position &>> 5] ^= 3 &<< UInt64(truncatingIfNeeded: position &* 2 & 63)
  }

  @inline(__always) func isFull(_ list: Int) -> Bool { rings[list].isFull }
  @inline(__always) func isEmpty(_ list: Int) -> Bool { rings[list].count == 0 }

  /// The callers have looked at the list.
  @inline(__always) private mutating func takeOne(_ list: Int) {
    let left = rings[proven: list].count &- 1
    rings[proven: list].count = left
    if left != 0 { return }
    // Nothing but holes is left.
    rings[proven: list].head = rings[proven: list].tail
    rings[proven: list & ~15].orders &= ~(1 &<< UInt32(truncatingIfNeeded: list & 15))
  }

  /// Writes a full ring anew without its holes, in a larger place if more than half are blocks.
  ///
  /// - Complexity: O(places), and each place was filled since the last time.
  @inline(never) mutating func makeRoom(_ list: Int) {
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
  /// In the list of single pages: a bit for each order whose list of this zone and type is not empty.
  var orders: UInt32 = 0
  /// In the list of single pages: the pages of the zone that a request has to leave free.
  var floor: Int32 = 0

  init() {}

  static let smallest = 16
  static let hole = UInt32.max

  @inline(__always) var isFull: Bool { tail &- head > mask }
  var capacity: Int { Int(mask) + 1 }
}
