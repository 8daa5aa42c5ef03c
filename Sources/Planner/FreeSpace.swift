import PhysicalMemory

/// A maximal free run of one bank.
struct FreeSegment {
  let start: UInt64
  let end: UInt64
  let bank: Int
}

/// The memory of all banks that no obstacle takes, as ascending segments.
///
/// Segments of touching banks touch, but stay two.
struct FreeSpace {
  let segments: [FreeSegment]
  /// For each segment the free bytes below its start.
  private let before: [UInt64]
  /// The free bytes in all.
  let total: UInt64

  init(banks: [PhysicalRange], obstacles: some Sequence<PhysicalRange>) {
    let taken = PhysicalRegionSet(obstacles)
    var segments: [FreeSegment] = []
    let ordered = banks.filter { !$0.isEmpty }.sorted { $0.start < $1.start }
    for (bank, range) in ordered.enumerated() {
      for run in PhysicalRegionSet([range]).subtracting(taken).ranges {
        segments.append(
          FreeSegment(start: run.start.rawValue, end: run.end.rawValue, bank: bank)
        )
      }
    }
    var before: [UInt64] = []
    var total: UInt64 = 0
    for segment in segments {
      before.append(total)
      total += segment.end - segment.start
    }
    self.segments = segments
    self.before = before
    self.total = total
  }

  /// The number of free bytes below `address`.
  ///
  /// - Complexity: O(log n) in segments.
  func bytes(below address: UInt64) -> UInt64 {
    let index = lastSegment(startingBelow: address)
    guard index >= 0 else { return 0 }
    return before[index] + (min(segments[index].end, address) - segments[index].start)
  }

  /// The index of the last segment that starts below `address`, or -1.
  func lastSegment(startingBelow address: UInt64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].start < address { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}
