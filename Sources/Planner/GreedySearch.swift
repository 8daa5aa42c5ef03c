/// Finds placements of easy problems fast: places items by priority, each where it fits best, and
/// starts over with whatever did not fit moved up.
///
/// It proves nothing. Best fit is the least free memory left beside the item in its gap.
struct GreedySearch {
  private let problem: SearchProblem
  private var order: [Int]
  /// The free gaps, ascending; bank numbers as in the space.
  private var gaps: [FreeSegment] = []
  private var bases: [UInt64?] = []

  init(_ problem: SearchProblem) {
    self.problem = problem
    let items = problem.items
    let room = items.map { item in
      item.intervals.reduce(0 as UInt64) { saturatingSum($0, $1.high - $1.low) }
    }
    // What can move little, compared with its size, goes first.
    let keys = items.enumerated().map { index, item in
      (loose: room[index] / item.size, size: item.size, mask: item.mask, item: index)
    }
    order = keys.sorted { one, other in
      if one.loose != other.loose { return one.loose < other.loose }
      return (other.size, other.mask, one.item) < (one.size, one.mask, other.item)
    }
    .map(\.item)
  }

  /// A base for each item, or nil after `rounds` attempts or when the effort runs out.
  mutating func run(rounds: Int, _ effort: inout SearchEffort) -> [UInt64]? {
    for _ in 0..<rounds where !effort.isEmpty {
      guard let failed = attempt(&effort) else { return bases.compactMap { $0 } }
      guard failed > 0 else { return nil }
      let item = order.remove(at: failed)
      order.insert(item, at: failed / 2)
    }
    return nil
  }

  /// Places the items in `order`; the position of the first that fits nowhere, or nil.
  private mutating func attempt(_ effort: inout SearchEffort) -> Int? {
    gaps = problem.space.segments
    bases = Array(repeating: nil, count: problem.items.count)
    for (position, item) in order.enumerated() {
      guard let (gap, base) = bestFit(item, &effort) else { return position }
      bases[item] = base
      occupy(gap, base, base + problem.items[item].size)
    }
    return nil
  }

  private func bestFit(_ index: Int, _ effort: inout SearchEffort) -> (gap: Int, base: UInt64)? {
    let item = problem.items[index]
    var best: (waste: UInt64, gap: Int, base: UInt64)?
    var gap = firstGap(endingAbove: item.earliest)
    while gap < gaps.count, gaps[gap].start <= item.latest {
      effort.spend(1)
      let space = gaps[gap]
      if space.end - space.start >= item.size, let base = firstBase(index, from: space.start),
        base <= space.end - item.size
      {
        // The bigger of two remainders stays useful, the smaller one may be lost.
        let below = base - space.start
        let above = space.end - base - item.size
        let waste = min(below, above) == 0 ? max(below, above) : below + above
        if waste < best?.waste ?? .max { best = (waste, gap, base) }
        if waste == 0 { break }
      }
      gap += 1
    }
    return best.map { ($0.gap, $0.base) }
  }

  /// The lowest base from `address` that keeps the item apart from what is placed.
  private func firstBase(_ index: Int, from address: UInt64) -> UInt64? {
    let item = problem.items[index]
    if item.apart.isEmpty { return item.firstBase(from: address) }
    var closed: [Int] = []
    for apart in item.apart where apart.block == 0 {
      guard let base = bases[apart.other] else { continue }
      closed.append(problem.space.segments[problem.space.lastSegment(startingBelow: base + 1)].bank)
    }
    var address = address
    while let base = item.firstBase(from: address, closed: closed) {
      let blocked = item.apart.lazy.compactMap { apart in
        blockEnd(apart, base, base + (item.size - 1))
      }.first
      guard let blocked else { return base }
      guard blocked > address else { return nil }
      address = blocked
    }
    return nil
  }

  /// The end of the blocks that a placed item shares with `first` through `last`, nil if none.
  private func blockEnd(_ apart: SearchItem.Apart, _ first: UInt64, _ last: UInt64) -> UInt64? {
    guard apart.block != 0, let base = bases[apart.other] else { return nil }
    let otherLast = (base + (problem.items[apart.other].size - 1)) / apart.block
    guard first / apart.block <= otherLast, base / apart.block <= last / apart.block else {
      return nil
    }
    let (end, overflow) = (otherLast + 1).multipliedReportingOverflow(by: apart.block)
    return overflow ? 0 : end
  }

  private func firstGap(endingAbove address: UInt64) -> Int {
    var low = 0
    var high = gaps.count
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func occupy(_ gap: Int, _ start: UInt64, _ end: UInt64) {
    let space = gaps[gap]
    var rest: [FreeSegment] = []
    if space.start < start {
      rest.append(FreeSegment(start: space.start, end: start, bank: space.bank))
    }
    if end < space.end { rest.append(FreeSegment(start: end, end: space.end, bank: space.bank)) }
    gaps.replaceSubrange(gap...gap, with: rest)
  }
}
