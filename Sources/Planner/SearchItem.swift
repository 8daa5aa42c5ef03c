import PhysicalMemory

/// Bases from `low` to `high`, both feasible as far as bank, window and obstacles go.
struct BaseInterval: Hashable {
  var low: UInt64
  var high: UInt64
  var bank: Int
}

/// A request as the search sees it: numbers and the bases that it could have if it were alone.
struct SearchItem {
  /// Something it keeps apart from: another item, by blocks of `block` bytes or, if zero, by bank.
  struct Apart: Hashable {
    let other: Int
    let block: UInt64
  }

  let size: UInt64
  /// The alignment less one.
  let mask: UInt64
  /// Zero for none.
  let boundary: UInt64
  /// Ascending and disjoint; `low` and `high` of each are feasible bases.
  var intervals: [BaseInterval]
  var apart: [Apart] = []

  var isPinned: Bool { intervals.count == 1 && intervals[0].low == intervals[0].high }
  var earliest: UInt64 { intervals.first?.low ?? .max }
  var latest: UInt64 { intervals.last?.high ?? 0 }
  /// Where the item ends at the highest; `intervals` made sure that it does not pass 2^64.
  var latestEnd: UInt64 { latest + size }

  /// The item of this many bytes in `space` and one of `windows`.
  init(
    size: UInt64,
    alignment: Alignment,
    boundary: UInt64,
    windows: [PhysicalRange],
    space: FreeSpace
  ) {
    self.size = size
    self.mask = alignment.bytes.rawValue - 1
    self.boundary = boundary
    self.intervals = []
    guard boundary == 0 || size <= boundary else { return }
    var found: [BaseInterval] = []
    for window in windows where window.size.rawValue >= size {
      var index = max(0, space.lastSegment(startingBelow: window.start.rawValue))
      while index < space.segments.count, space.segments[index].start < window.end.rawValue {
        let segment = space.segments[index]
        index += 1
        let start = max(segment.start, window.start.rawValue)
        let end = min(segment.end, window.end.rawValue)
        guard start < end, end - start >= size else { continue }
        found.append(BaseInterval(low: start, high: end - size, bank: segment.bank))
      }
    }
    intervals = normalized(found)
  }

  /// The lowest base not below `address` in an interval of a bank outside `closed`.
  ///
  /// - Complexity: O(log n) in intervals, and O(log boundary) where that is no power of two.
  func firstBase(from address: UInt64, closed: [Int] = []) -> UInt64? {
    var low = 0
    var high = intervals.count
    while low < high {
      let middle = (low + high) / 2
      if intervals[middle].high < address { low = middle + 1 } else { high = middle }
    }
    while low < intervals.count {
      let interval = intervals[low]
      low += 1
      if !closed.isEmpty, closed.contains(interval.bank) { continue }
      if interval.low >= address { return interval.low }
      if let base = aligned(from: address), base <= interval.high { return base }
    }
    return nil
  }

  /// The same item where only bases from `low` to `high` are left.
  func restricted(from low: UInt64, through high: UInt64) -> SearchItem {
    var copy = self
    copy.intervals = normalized(
      intervals.compactMap {
        let first = max($0.low, low)
        let last = min($0.high, high)
        return first <= last ? BaseInterval(low: first, high: last, bank: $0.bank) : nil
      }
    )
    return copy
  }

  /// Whether the item could lie at `base` if it were alone.
  func allows(_ base: UInt64) -> Bool { firstBase(from: base) == base }

  /// The lowest multiple of the alignment from `address` that keeps the boundary, windows aside.
  private func aligned(from address: UInt64) -> UInt64? {
    let (sum, overflow) = address.addingReportingOverflow(mask)
    if overflow { return nil }
    let base = sum & ~mask
    guard boundary != 0 else { return base }
    let offset = base % boundary
    if offset <= boundary - size { return base }
    // base + k * alignment, taken modulo the boundary, has to come back to 0 ... boundary - size.
    let steps = firstMultiple(
      of: mask + 1,
      modulo: boundary,
      from: boundary - offset,
      through: (boundary - offset) + (boundary - size)
    )
    guard let steps else { return nil }
    let (distance, tooFar) = steps.multipliedReportingOverflow(by: mask + 1)
    if tooFar { return nil }
    let (result, outside) = base.addingReportingOverflow(distance)
    return outside ? nil : result
  }

  /// The highest multiple of the alignment through `address` that keeps the boundary, windows aside.
  ///
  /// Zero keeps every boundary, so there is always one.
  private func aligned(through address: UInt64) -> UInt64 {
    let base = address & ~mask
    guard boundary != 0 else { return base }
    let offset = base % boundary
    if offset <= boundary - size { return base }
    let steps = firstMultiple(
      of: mask + 1,
      modulo: boundary,
      from: offset - (boundary - size),
      through: offset
    )
    let (distance, overflow) = (steps ?? .max).multipliedReportingOverflow(by: mask + 1)
    return overflow || distance > base ? 0 : base - distance
  }

  /// Sorted intervals that start at feasible bases, those that overlap made one.
  private func normalized(_ found: [BaseInterval]) -> [BaseInterval] {
    var result: [BaseInterval] = []
    for interval in found.sorted(by: { ($0.low, $0.high) < ($1.low, $1.high) }) {
      guard let low = aligned(from: interval.low), low <= interval.high else { continue }
      let high = aligned(through: interval.high)
      if let last = result.last, last.bank == interval.bank, low <= last.high {
        result[result.count - 1].high = max(last.high, high)
      } else {
        result.append(BaseInterval(low: low, high: high, bank: interval.bank))
      }
    }
    return result
  }
}

/// The lowest k whose product with `step`, modulo `modulus`, lies in `low` through `high`.
///
/// `low` is not above `high`, `high` is below `modulus`. The same descent as Euclid's algorithm: what
/// is left over when the multiples wrap around is a smaller problem of the same kind. Nil also where k
/// or the product would pass 2^64.
///
/// - Complexity: O(log modulus).
func firstMultiple(
  of step: UInt64,
  modulo modulus: UInt64,
  from low: UInt64,
  through high: UInt64
) -> UInt64? {
  if low == 0 { return 0 }
  let step = step % modulus
  if step == 0 { return nil }
  let direct = (low - 1) / step + 1
  let (product, overflow) = direct.multipliedReportingOverflow(by: step)
  if !overflow, product <= high { return direct }
  let from = (step - high % step) % step
  let through = (step - low % step) % step
  guard from <= through,
    let wraps = firstMultiple(of: modulus % step, modulo: step, from: from, through: through)
  else { return nil }
  let (whole, tooMuch) = wraps.multipliedReportingOverflow(by: modulus)
  let (sum, outside) = whole.addingReportingOverflow(low)
  if tooMuch || outside { return nil }
  return (sum - 1) / step + 1
}
