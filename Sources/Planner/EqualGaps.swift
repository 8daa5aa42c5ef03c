/// Where free segments are as good as each other, so that the order in which they are filled is free.
///
/// That is so from some address on if all segments there are of one length and every item may lie anywhere
/// in them, at steps that all sizes keep. Then the largest item left may as well be the first of the first of
/// these segments: what shares its segment changes places with it, and so do whole segments.
struct EqualGaps {
  /// The lowest start of a segment from which on this holds, or nil.
  let start: UInt64

  init?(_ items: [SearchItem], _ space: FreeSpace) {
    guard let first = items.first, items.count > 1 else { return nil }
    let mask = items.reduce(0) { $0 | $1.mask }
    let starts = first.intervals.map { space.lastSegment(startingBelow: saturatingSum($0.low, 1)) }
    var segments = starts.map { space.segments[$0] }
    guard let last = segments.last else { return nil }
    let length = last.end - last.start
    let tail = segments.reversed().prefix { $0.end - $0.start == length && $0.start & mask == 0 }
    segments = tail.reversed()
    guard segments.count > 1 else { return nil }
    for item in items {
      guard item.apart.isEmpty, item.boundary == 0, item.size & mask == 0, item.size <= length,
        item.latest <= last.end,
        item.intervals.suffix(segments.count).map(\.low) == segments.map(\.start),
        item.intervals.suffix(segments.count).map(\.high)
          == segments.map({ ($0.end - item.size) & ~item.mask })
      else { return nil }
    }
    start = segments[0].start
  }
}
