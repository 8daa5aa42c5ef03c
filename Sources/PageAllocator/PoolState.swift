import PhysicalMemory

/// A pool of memory that ordinary allocation never sees, at run time.
struct PoolState: Sendable {
  let name: String
  let range: PhysicalRange
  /// One bit a unit: a page, or a slot of a restricted pool.
  let bitmap: Bitmap
  var used = 0
  var peak = 0
  /// The unit at which the search of a restricted pool starts.
  var next = 0
  /// What is allocated, ascending.
  var holdings: [Holding] = []

  /// Units that one owner has.
  struct Holding: Sendable {
    let units: Range<Int>
    let owner: OwnerID
  }

  init(_ pool: PoolDescription, bitmap: Bitmap) {
    name = pool.name
    range = pool.range
    self.bitmap = bitmap
  }

  /// Notes an allocation.
  ///
  /// - Complexity: O(allocations).
  mutating func add(_ units: Range<Int>, _ owner: OwnerID) {
    let place = holdings.firstIndex { $0.units.lowerBound > units.lowerBound } ?? holdings.endIndex
    holdings.insert(Holding(units: units, owner: owner), at: place)
    used += units.count
    peak = Swift.max(peak, used)
  }

  /// Forgets the allocation that starts at `unit`; gives its units.
  mutating func remove(at unit: Int) -> Range<Int>? {
    guard let place = holdings.firstIndex(where: { $0.units.lowerBound == unit }) else {
      return nil
    }
    let units = holdings.remove(at: place).units
    used -= units.count
    return units
  }
}

/// An atomic pool.
struct AtomicPoolState: Sendable {
  /// The zone kind that it serves: DMA, DMA32, or Normal for the kernel's own.
  let kind: ZoneKind
  let firstPage: UInt64
  var pool: PoolState
}
