/// A pool of endless size in which only drivers allocate: first fit from the base, as CMA's bitmap
/// and the coherent pools search.
///
/// What first fit gives in a pool of some size it gives in every larger one. So the highest page that
/// was ever taken is the size of the smallest pool in which everything fits.
struct FirstFitPool {
  /// What is taken, ascending and apart.
  private var taken: [Range<UInt64>] = []
  /// The first page number, relative to which CMA aligns.
  private let base: UInt64
  /// The end of the highest page ever taken.
  private(set) var highWater: UInt64

  /// A pool whose first `initial` pages are taken for good.
  init(base: UInt64, initial: UInt64 = 0) {
    self.base = base
    highWater = initial
    if initial > 0 { taken = [0..<initial] }
  }

  /// Takes pages; gives the first one's distance from the base.
  ///
  /// - Complexity: O(what is taken).
  mutating func allocate(pages: UInt64, alignmentShift shift: UInt64) -> UInt64? {
    let mask = (UInt64(1) << shift) - 1
    var start = aligned(0, mask)
    var place = 0
    while place < taken.count, start + pages > taken[place].lowerBound {
      start = max(start, aligned(taken[place].upperBound, mask))
      place += 1
    }
    let (end, overflow) = start.addingReportingOverflow(pages)
    guard !overflow, end < 1 << 52 else { return nil }
    taken.insert(start..<end, at: place)
    highWater = max(highWater, end)
    return start
  }

  /// Gives back what was taken at `start`.
  mutating func free(_ start: UInt64) {
    if let place = taken.firstIndex(where: { $0.lowerBound == start }) { taken.remove(at: place) }
  }

  private func aligned(_ index: UInt64, _ mask: UInt64) -> UInt64 {
    ((base + index + mask) & ~mask) - base
  }
}
