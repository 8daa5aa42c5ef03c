/// The complete search for memory that is to be filled: it asks the question with the fewest answers first.
///
/// The questions are where an item lies, which item is the first of a gap, and, where nothing may stay free,
/// which is the last. `GapFilter` says which answers are left. Every answer splits a gap or makes it
/// shorter, until all items are placed.
///
/// Of all solutions it looks for the one with the lowest base of the largest item, then of the next, and so
/// on. In that one the first item of a gap lies as low as it can, and of two neighbours that could change
/// places the lower is not the smaller.
struct GapSearch {
  private struct Branch {
    /// The item, or -1 where the gap stays empty.
    let item: Int
    let border: Int
    let gap: Int
    /// Whether what lies below it in the gap stays empty.
    var isFirst = false
  }

  private let items: [SearchItem]
  private let filled: FilledGaps
  private var filter: GapFilter
  private var failures: GapFailures
  private let twin: [Int]
  private var isPlaced: [Bool]
  private var bases: [Int]
  /// The item that begins or ends at a border, and how many were placed before it.
  private var beginning: [Int: (item: Int, depth: Int)] = [:]
  private var ending: [Int: (item: Int, depth: Int)] = [:]

  /// Nil where the problem is not one of filling memory.
  init?(_ problem: SearchProblem) {
    guard let filled = FilledGaps(problem.items, problem.space) else { return nil }
    items = problem.items
    self.filled = filled
    filter = GapFilter(filled)
    failures = GapFailures()
    twin = SweepSearch.twins(problem.items)
    isPlaced = Array(repeating: false, count: items.count)
    bases = Array(repeating: 0, count: items.count)
  }

  /// Searches until there is an answer or no step is left.
  mutating func run(_ effort: inout SearchEffort) -> Verdict {
    switch search(filled.gaps, slack: filled.slack, depth: 0, &effort) {
    case .solved: return .feasible(bases.map(filled.address))
    case .failed: return .infeasible(Proof(items: Array(items.indices), kind: .exhausted))
    case .stopped: return .unknown
    }
  }

  private enum Result {
    case solved
    case stopped
    /// No solution, given the neighbours placed from `since` on.
    case failed(since: Int)
  }

  private mutating func search(
    _ gaps: [FilledGaps.Gap],
    slack: Int,
    depth: Int,
    _ effort: inout SearchEffort
  ) -> Result {
    let left = items.indices.filter { !isPlaced[$0] }
    if left.isEmpty { return .solved }
    if effort.isEmpty { return .stopped }
    effort.spend(1)
    let key = failures.key(left, gaps)
    if failures.contains(key) { return .failed(since: .max) }
    let mayFill = filter.filter(gaps, left, slack: slack)
    effort.spend(filter.work / 128)
    var since = Int.max
    if mayFill {
      for branch in branches(gaps, left, slack: slack) {
        if let neighbour = rivals(branch) {
          since = min(since, neighbour)
          continue
        }
        let result = follow(branch, gaps, slack: slack, depth: depth, &effort)
        guard case .failed(let below) = result else { return result }
        since = min(since, below)
      }
    }
    // What depends on an item placed before can not be remembered of the gaps alone.
    if since >= depth {
      failures.insert(key)
      return .failed(since: .max)
    }
    return .failed(since: since)
  }

  private mutating func follow(
    _ branch: Branch,
    _ gaps: [FilledGaps.Gap],
    slack: Int,
    depth: Int,
    _ effort: inout SearchEffort
  ) -> Result {
    var gaps = gaps
    let gap = gaps.remove(at: branch.gap)
    guard branch.item >= 0 else {
      return search(gaps, slack: slack - (gap.high - gap.low), depth: depth, &effort)
    }
    let end = branch.border + filled.sizes[branch.item]
    var wasted = 0
    if end < gap.high { gaps.insert(.init(low: end, high: gap.high), at: branch.gap) }
    if branch.isFirst {
      wasted = branch.border - gap.low
    } else if branch.border > gap.low {
      gaps.insert(.init(low: gap.low, high: branch.border), at: branch.gap)
    }
    isPlaced[branch.item] = true
    bases[branch.item] = branch.border
    beginning[branch.border] = (branch.item, depth)
    ending[end] = (branch.item, depth)
    let result = search(gaps, slack: slack - wasted, depth: depth + 1, &effort)
    if case .solved = result { return result }
    isPlaced[branch.item] = false
    beginning[branch.border] = nil
    ending[end] = nil
    return result
  }

  /// Whether the branch puts an item above a smaller one, or below a larger one, that it could change
  /// places with; then how many items were placed before that one.
  private func rivals(_ branch: Branch) -> Int? {
    guard branch.item >= 0 else { return nil }
    let end = branch.border + filled.sizes[branch.item]
    if let below = ending[branch.border],
      shouldSwap(lower: below.item, at: branch.border - filled.sizes[below.item], branch.item)
    {
      return below.depth
    }
    if let above = beginning[end], shouldSwap(lower: branch.item, at: branch.border, above.item) {
      return above.depth
    }
    return nil
  }

  private func shouldSwap(lower: Int, at border: Int, _ upper: Int) -> Bool {
    filled.sizes[upper] > filled.sizes[lower] && filled.allows(upper, border)
      && filled.allows(lower, border + filled.sizes[upper])
  }

  /// The answers to the question with the fewest, the most promising first; none where an item or a gap
  /// has none.
  private func branches(
    _ gaps: [FilledGaps.Gap],
    _ left: [Int],
    slack: Int
  ) -> [Branch] {
    let first = left.filter { twin[$0] < 0 || isPlaced[twin[$0]] }
    var positions: [Int: Int] = [:]
    var fewest = Int.max
    var chosen = -1
    for item in first {
      var count = 0
      for (index, gap) in gaps.enumerated() where filter.views[index].members.contains(item) {
        count += filter.count(of: item, in: gap)
      }
      if count == 0 { return [] }
      positions[item] = count
      if count < fewest { (fewest, chosen) = (count, item) }
    }
    var best: [Branch]?
    let wasted = filter.views.reduce(0) { $0 + $1.waste }
    for (index, gap) in gaps.enumerated() where fewest > 1 {
      let spare = slack - wasted + filter.views[index].waste
      let members = first.filter { filter.views[index].members.contains($0) }
      for branches in [
        firsts(gap, index, members, spare: spare), lasts(gap, index, members, spare: spare),
      ] {
        guard let branches else { continue }
        if branches.count < fewest { (fewest, best) = (branches.count, branches) }
      }
    }
    if let best {
      return best.sorted {
        let (one, other) = (positions[$0.item] ?? .max, positions[$1.item] ?? .max)
        return one == other ? $0.item < $1.item : one < other
      }
    }
    return gaps.indices.flatMap { index in
      filter.views[index].members.contains(chosen)
        ? filter.borders(of: chosen, in: gaps[index]).map {
          Branch(item: chosen, border: $0, gap: index)
        } : []
    }
  }

  /// Which of `members` may be the first of a gap, or that none is.
  private func firsts(
    _ gap: FilledGaps.Gap,
    _ index: Int,
    _ members: [Int],
    spare: Int
  ) -> [Branch]? {
    var branches = members.compactMap { item -> Branch? in
      guard let border = filled.firstBorder(of: item, from: gap.low),
        filter.mayBegin(item, at: border, in: gap)
      else { return nil }
      return Branch(item: item, border: border, gap: index, isFirst: true)
    }
    if gap.high - gap.low <= spare, !filter.home.contains(index) {
      branches.append(Branch(item: -1, border: gap.low, gap: index))
    }
    return branches
  }

  /// Which of `members` may be the last of a gap; nil where it need not end where the gap does.
  private func lasts(
    _ gap: FilledGaps.Gap,
    _ index: Int,
    _ members: [Int],
    spare: Int
  ) -> [Branch]? {
    guard spare == 0 else { return nil }
    return members.compactMap { item in
      let border = gap.high - filled.sizes[item]
      return filter.mayBegin(item, at: border, in: gap)
        ? Branch(item: item, border: border, gap: index) : nil
    }
  }
}
