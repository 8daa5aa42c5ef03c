/// What two bits say of a page.
enum PageState: UInt64 {
  /// See the tag.
  case other = 0
  /// A single page in use that can be freed without care.
  case usedPage = 1
  /// A free block of one page.
  case freePage = 2
  /// The first page of a free block of two.
  case freePair = 3
}

/// A page among the 31 pages around it.
struct Surroundings {
  let states: UInt64
  let place: Int

  @inline(__always) func state(_ place: Int) -> UInt64 {
    states &>> UInt64(truncatingIfNeeded: place &* 2) & 3
  }
  /// The states with that of this page changed from used to free or back.
  @inline(__always) var flipped: UInt64 {
    states ^ 3 &<< UInt64(truncatingIfNeeded: place &* 2)
  }
  /// Whether this is a single page in use, to be freed without care, that has no buddy to merge with.
  @inline(__always) var isPageWithoutBuddy: Bool {
    state(place) == PageState.usedPage.rawValue && state(place ^ 1) != PageState.freePage.rawValue
  }
  /// Whether the buddy of this page's pair is free.
  @inline(__always) var hasFreePairBeside: Bool {
    state((place & ~1) ^ 2) == PageState.freePair.rawValue
  }
}
