import PhysicalMemory

/// Which of many ranges share bytes.
enum OverlapSweep {
  /// With how many that start before it a range is paired: a thousand at one place would make half a
  /// million pairs.
  private static let mostPairs = 8

  /// Pairs of ranges that share bytes, by their indices, the one that starts first in front.
  ///
  /// A sweep: a range is held against those before it that reach over its start, of which the first
  /// eight that `concerns` accepts are its pairs. So each that overlaps any is in a pair.
  ///
  /// - Complexity: O(n log n + n · m), where m is how many ranges overlap at one place.
  static func pairs(
    _ ranges: [PhysicalRange],
    where concerns: (Int, Int) -> Bool = { _, _ in true }
  ) -> [(Int, Int)] {
    var open: [Int] = []
    var found: [(Int, Int)] = []
    let order = ranges.indices.sorted { (ranges[$0].start, $0) < (ranges[$1].start, $1) }
    for index in order where !ranges[index].isEmpty {
      open.removeAll { ranges[$0].end <= ranges[index].start }
      var count = 0
      for other in open where concerns(other, index) {
        found.append((other, index))
        count += 1
        if count == mostPairs { break }
      }
      open.append(index)
    }
    return found
  }
}
