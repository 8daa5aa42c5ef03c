/// The complete search: it places items in ascending order of address, each as low as it can go.
///
/// Of all solutions take the first in this order: the one with the lower base of the largest item, then of
/// the next smaller one, and so on. Moving any one item down makes a solution earlier in that order, so
/// - the item that comes next above what is placed lies at its lowest base there, for moving it
///   down to that base would disturb nobody;
/// - it begins before any other item that keeps apart from nobody could have ended, for that other
///   item could be moved down into the gap;
/// - it is no larger than the item that it touches below, if the two could change places;
/// - where only equal gaps are left, the largest item is the first of the next gap.
///
/// So trying every next item that keeps to this, at one base each, finds a solution whenever there is any.
/// A branch ends where an item has no base left, where more must end below some address than there
/// is free memory up to it, or where the same items were placed up to the same address before.
struct SweepSearch {
  private struct Frame {
    /// Where the candidates of this frame are, and the next to try.
    var next: Int
    let end: Int
    /// All memory below is settled.
    let cursor: UInt64
    /// Whether all that could come next is among the candidates, whatever was placed last.
    let isWhole: Bool
  }

  private struct Candidate {
    let item: Int
    let base: UInt64
  }

  private let items: [SearchItem]
  private let space: FreeSpace
  private let hasApart: Bool
  private let exchanges: Bool
  private let equalGaps: EqualGaps?
  /// For each item an equal one before it that has to be placed first, or -1.
  private let twin: [Int]
  /// Free bytes below each item's latest end.
  private let freeBelowEnd: [UInt64]

  private var unplaced: UnplacedList
  private var bases: [UInt64?]
  private var frames: [Frame] = []
  private var candidates: [Candidate] = []
  private var trail: [Int] = []
  private var failures: FailureTable
  private var fill: FillBound?

  init(_ problem: SearchProblem, _ techniques: SearchTechniques) {
    let items = problem.items
    let space = problem.space
    self.items = items
    self.space = space
    exchanges = techniques.contains(.exchange)
    equalGaps = exchanges ? EqualGaps(items, space) : nil
    hasApart = items.contains { !$0.apart.isEmpty }
    twin = Self.twins(items)
    freeBelowEnd = items.map { space.bytes(below: $0.latestEnd) }
    let order = items.indices.sorted {
      (items[$0].latestEnd, items[$1].size, $0) < (items[$1].latestEnd, items[$0].size, $1)
    }
    unplaced = UnplacedList(order)
    bases = Array(repeating: nil, count: items.count)
    fill = techniques.contains(.filling) ? FillBound(items, space) : nil
    failures = FailureTable(items: items.count, isUsed: !hasApart && techniques.contains(.memory))
  }

  /// Searches until there is an answer or no step is left; goes on where it stopped before.
  mutating func run(_ effort: inout SearchEffort) -> Verdict {
    if items.isEmpty { return .feasible([]) }
    if frames.isEmpty { expand(cursor: 0, &effort) }
    while let top = frames.last {
      if effort.isEmpty { return .unknown }
      if top.next < top.end {
        frames[frames.count - 1].next += 1
        let candidate = candidates[top.next]
        place(candidate)
        if trail.count == items.count { return .feasible(bases.compactMap { $0 }) }
        expand(cursor: candidate.base + items[candidate.item].size, &effort)
      } else {
        if top.isWhole { failures.insert(cursor: top.cursor) }
        frames.removeLast()
        candidates.removeLast(candidates.count - (frames.last?.end ?? 0))
        if let item = trail.popLast() { remove(item) }
      }
    }
    return .infeasible(Proof(items: Array(items.indices), kind: .exhausted))
  }

  private mutating func place(_ candidate: Candidate) {
    bases[candidate.item] = candidate.base
    unplaced.remove(candidate.item)
    failures.toggle(candidate.item)
    trail.append(candidate.item)
  }

  private mutating func remove(_ item: Int) {
    bases[item] = nil
    unplaced.restore(item)
    failures.toggle(item)
  }

  /// Adds the frame of all items that could come next above `cursor`; none where no solution is left.
  private mutating func expand(cursor: UInt64, _ effort: inout SearchEffort) {
    let first = candidates.count
    effort.spend(1)
    var isWhole = true
    if !failures.contains(cursor: cursor), let limits = limits(above: cursor, &effort) {
      isWhole = addCandidates(within: limits)
    }
    candidates[first...].sort { one, other in
      if one.base != other.base { return one.base < other.base }
      let (left, right) = (items[one.item], items[other.item])
      return (right.size, left.latestEnd, one.item) < (left.size, right.latestEnd, other.item)
    }
    frames.append(
      Frame(next: first, end: candidates.count, cursor: cursor, isWhole: isWhole)
    )
  }

  /// What the next item has to respect.
  private struct Limits {
    /// It begins below the lowest end of an item that keeps apart from nobody.
    var lowestEnd = UInt64.max
    /// It ends no later than another item's latest base: the lowest of these, and whose it is.
    var latestBase = UInt64.max
    var latestItem = -1
    var secondLatestBase = UInt64.max
  }

  /// Appends each unplaced item with its lowest base as a raw candidate and sums up what they allow.
  ///
  /// Nil where the unplaced items can not all be placed above `cursor`.
  private mutating func limits(above cursor: UInt64, _ effort: inout SearchEffort) -> Limits? {
    let first = candidates.count
    var limits = Limits()
    var lowest = UInt64.max
    var item = unplaced.first
    while item >= 0 {
      effort.spend(1)
      guard let base = lowestBase(of: item, above: cursor) else {
        candidates.removeLast(candidates.count - first)
        return nil
      }
      candidates.append(Candidate(item: item, base: base))
      lowest = min(lowest, base)
      if items[item].apart.isEmpty {
        limits.lowestEnd = min(limits.lowestEnd, base + items[item].size)
      }
      let latest = items[item].latest
      if latest < limits.latestBase {
        limits.secondLatestBase = limits.latestBase
        (limits.latestBase, limits.latestItem) = (latest, item)
      } else {
        limits.secondLatestBase = min(limits.secondLatestBase, latest)
      }
      item = unplaced.next(after: item)
    }
    guard fits(above: lowest), mayFill(above: cursor, candidates[first...], &effort) else {
      candidates.removeLast(candidates.count - first)
      return nil
    }
    return limits
  }

  /// Whether for each address the unplaced items that must end below it have that much free memory.
  private func fits(above address: UInt64) -> Bool {
    let used = space.bytes(below: address)
    var demand: UInt64 = 0
    var item = unplaced.first
    while item >= 0 {
      demand = saturatingSum(demand, items[item].size)
      if saturatingSum(used, demand) > freeBelowEnd[item] { return false }
      item = unplaced.next(after: item)
    }
    return true
  }

  /// Whether the raw candidates' sizes add up well enough; true where that is not looked at.
  private mutating func mayFill(
    above cursor: UInt64,
    _ raw: ArraySlice<Candidate>,
    _ effort: inout SearchEffort
  ) -> Bool {
    guard let cost = fill?.cost(raw.count) else { return true }
    effort.spend(cost)
    let index = space.lastSegment(startingBelow: saturatingSum(cursor, 1))
    let end = index >= 0 && space.segments[index].end > cursor ? space.segments[index].end : 0
    let sizes = raw.map { items[$0.item].size }
    let local = raw.filter { $0.base + items[$0.item].size <= end }.map { items[$0.item].size }
    return fill?.mayFill(sizes, local: local, segmentEnd: end, above: cursor) ?? true
  }

  /// Keeps of the raw candidates those that respect `limits` and should not come before the last item.
  ///
  /// False if the last item made a difference: what is remembered of a failure must not depend on it.
  private mutating func addCandidates(within limits: Limits) -> Bool {
    let first = frames.last?.end ?? 0
    var kept = first
    var isWhole = true
    let largest = candidates[first...].map(\.item).min {
      (items[$1].size, $0) < (items[$0].size, $1)
    }
    for index in first..<candidates.count {
      let candidate = candidates[index]
      let item = candidate.item
      let latest = item == limits.latestItem ? limits.secondLatestBase : limits.latestBase
      guard candidate.base < limits.lowestEnd,
        candidate.base + items[item].size <= latest,
        twin[item] < 0 || bases[twin[item]] != nil
      else { continue }
      if item != largest, opensEqualGap(candidate) { continue }
      if shouldComeBeforeLast(candidate) {
        isWhole = false
        continue
      }
      candidates[kept] = candidate
      kept += 1
    }
    candidates.removeLast(candidates.count - kept)
    return isWhole
  }

  /// Whether the candidate would be the first in a free segment that is as good as all above it.
  private func opensEqualGap(_ candidate: Candidate) -> Bool {
    guard let start = equalGaps?.start, candidate.base >= start else { return false }
    let index = space.lastSegment(startingBelow: saturatingSum(candidate.base, 1))
    return space.segments[index].start == candidate.base
  }

  /// Whether the candidate is larger than the last item, touches it, and could change places with it.
  private func shouldComeBeforeLast(_ candidate: Candidate) -> Bool {
    guard exchanges, let last = trail.last, let lastBase = bases[last] else { return false }
    let (lower, upper) = (items[last], items[candidate.item])
    return upper.size > lower.size && candidate.base == lastBase + lower.size
      && upper.apart.isEmpty && lower.apart.isEmpty
      && upper.allows(lastBase) && lower.allows(lastBase + upper.size)
  }

  /// The lowest base above `cursor` that keeps the item apart from what is placed.
  private func lowestBase(of item: Int, above cursor: UInt64) -> UInt64? {
    guard hasApart, !items[item].apart.isEmpty else { return items[item].firstBase(from: cursor) }
    var low = cursor
    var closed: [Int] = []
    for apart in items[item].apart {
      guard let base = bases[apart.other] else { continue }
      if apart.block == 0 {
        let index = space.lastSegment(startingBelow: base + 1)
        closed.append(space.segments[index].bank)
      } else {
        let last = base + (items[apart.other].size - 1)
        let (end, overflow) = (last / apart.block + 1).multipliedReportingOverflow(by: apart.block)
        if overflow { return nil }
        low = max(low, end)
      }
    }
    return items[item].firstBase(from: low, closed: closed)
  }

  /// For each item the last one before it that it could change places with, or -1.
  static func twins(_ items: [SearchItem]) -> [Int] {
    struct Shape: Hashable {
      let numbers: [UInt64]
      let intervals: [BaseInterval]
    }
    var last: [Shape: Int] = [:]
    return items.enumerated().map { index, item in
      guard item.apart.isEmpty else { return -1 }
      let shape = Shape(numbers: [item.size, item.mask, item.boundary], intervals: item.intervals)
      defer { last[shape] = index }
      return last[shape] ?? -1
    }
  }
}
