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
    setTag(position, tag, Self.state(tag))
    slots[proven: position] = place
    places[proven: rings[proven: list].first &+ Int(place)] = UInt32(truncatingIfNeeded: position)
  }

  /// Takes a free block out of its list; its tag stays as it is.
  ///
  /// The result says whether the list is empty now.
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

  /// `pushHead` or `pushTail` for a single page in use, whose surroundings are known.
  @inline(__always) mutating func freePage(
    _ position: Int,
    _ surroundings: Surroundings,
    list: Int,
    toTail: Bool
  ) {
    if rings[proven: list].isFull { makeRoom(list) }
    let head = rings[proven: list].head
    let tail = rings[proven: list].tail
    // Without a branch, as which end it is can not be foreseen.
    let step: UInt32 = toTail ? 1 : 0
    let place = (head &- 1) ^ (((head &- 1) ^ tail) & (0 &- step))
    rings[proven: list].head = head &- 1 &+ step
    rings[proven: list].tail = tail &+ step
    rings[proven: list].count &+= 1
    tags[proven: position] = 0x80 | UInt8(truncatingIfNeeded: list & 127)
    let index = place & rings[proven: list].mask
    slots[proven: position] = index
    places[proven: rings[proven: list].first &+ Int(index)] = UInt32(truncatingIfNeeded: position)
    states[proven: position &>> 5] = surroundings.flipped
  }

  /// `removeFirst` and `occupy` for a single page that is to be freed without care.
  @inline(__always) mutating func takePage(list: Int, _ use: PageUse, _ owner: OwnerID) -> (
    position: Int, isLast: Bool
  ) {
    let (position, isLast) = removeFirst(ofList: list)
    tags[proven: position] = 0x40
    slots[proven: position] = UInt32(use.rawValue) &<< 24 | owner.rawValue
    states[proven: position &>> 5] ^= 3 &<< UInt64(truncatingIfNeeded: position &* 2 & 63)
    return (position, isLast)
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
