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
  private let items: [SearchItem]
  private let filled: FilledGaps
  private var filter: GapFilter
  private var failures = GapFailures()
  private let twin: [Int]
  private var unplaced = ItemSet()
  private var bases: [Int]
  /// How many items were placed before each.
  private var depths: [Int]
  /// The item that begins or ends at a border, or -1.
  private var beginning: [Int32]
  private var ending: [Int32]

  private var round = 0
  private var random: UInt64 = 0x9e37_79b9_7f4a_7c15
  /// What decides between answers that look as good as each other, other in each round.
  private var priorities: [Int]

  /// Nil where the problem is not one of filling memory.
  init?(_ problem: SearchProblem) {
    guard let filled = FilledGaps(problem.items, problem.space) else { return nil }
    items = problem.items
    self.filled = filled
    filter = GapFilter(filled)
    twin = SweepSearch.twins(problem.items)
    for item in items.indices { unplaced.insert(item) }
    bases = Array(repeating: 0, count: items.count)
    depths = bases
    priorities = Array(items.indices)
    beginning = Array(repeating: -1, count: filled.words * 64 + 1)
    ending = beginning
  }

  /// Searches until there is an answer or no step is left.
  ///
  /// It starts over after ever more steps, each time with other answers first; what failed stays known.
  mutating func run(_ effort: inout SearchEffort) -> Verdict {
    while !effort.isEmpty {
      var part = effort.part(of: steps)
      let result = search(filled.gaps, slack: filled.slack, depth: 0, &part)
      effort.spend(part.used)
      switch result {
      case .solved: return .feasible(bases.map(filled.address))
      case .failed: return .infeasible(Proof(items: Array(items.indices), kind: .exhausted))
      case .stopped: break
      }
      restart()
      steps += steps / 4
    }
    return .unknown
  }

  /// How many steps the next round has.
  private var steps = 200_000

  private mutating func restart() {
    unplaced = ItemSet()
    for item in items.indices { unplaced.insert(item) }
    for border in beginning.indices {
      beginning[border] = -1
      ending[border] = -1
    }
    round += 1
    for item in items.indices {
      random ^= random << 13
      random ^= random >> 7
      random ^= random << 17
      priorities[item] = Int(random >> 40)
    }
  }

  /// An answer to a question.
  private struct Branch {
    /// The item, or -1 where the gap stays empty.
    let item: Int
    let border: Int
    let gap: Int
    /// Whether what lies below it in the gap stays empty.
    var isFirst = false
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
    if unplaced.isEmpty { return .solved }
    if effort.isEmpty { return .stopped }
    // A node costs about as much as this many candidates of the sweep.
    effort.spend(16)
    let key = GapFailures.Key(items: unplaced, gaps: gaps)
    if failures.contains(key) { return .failed(since: .max) }
    let mayFill = filter.filter(gaps, unplaced, slack: slack)
    effort.spend(filter.work / 64)
    var since = Int.max
    if mayFill {
      for branch in branches(gaps, slack: slack) {
        if let neighbour = rival(branch) {
          since = min(since, depths[neighbour])
          continue
        }
        let result = follow(branch, gaps, slack: slack, depth: depth, &effort)
        guard case .failed(let below) = result else { return result }
        since = min(since, below)
      }
    }
    // What depends on an item placed before can not be remembered of the gaps alone.
    if since < depth { return .failed(since: since) }
    failures.insert(key)
    return .failed(since: .max)
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
    if end < gap.high { gaps.insert(.init(low: end, high: gap.high), at: branch.gap) }
    var wasted = 0
    if branch.isFirst {
      wasted = branch.border - gap.low
    } else if branch.border > gap.low {
      gaps.insert(.init(low: gap.low, high: branch.border), at: branch.gap)
    }
    unplaced.remove(branch.item)
    bases[branch.item] = branch.border
    depths[branch.item] = depth
    beginning[branch.border] = Int32(branch.item)
    ending[end] = Int32(branch.item)
    let result = search(gaps, slack: slack - wasted, depth: depth + 1, &effort)
    if case .solved = result { return result }
    unplaced.insert(branch.item)
    beginning[branch.border] = -1
    ending[end] = -1
    return result
  }

  /// The larger item below which, or the smaller above which, the branch puts its item though the two could
  /// change places.
  private func rival(_ branch: Branch) -> Int? {
    guard branch.item >= 0 else { return nil }
    let below = Int(ending[branch.border])
    if below >= 0,
      shouldSwap(below, at: branch.border - filled.sizes[below], branch.item)
    {
      return below
    }
    let above = Int(beginning[branch.border + filled.sizes[branch.item]])
    return above >= 0 && shouldSwap(branch.item, at: branch.border, above) ? above : nil
  }

  private func shouldSwap(_ lower: Int, at border: Int, _ upper: Int) -> Bool {
    filled.sizes[upper] > filled.sizes[lower] && filled.allows(upper, border)
      && filled.allows(lower, border + filled.sizes[upper])
  }

  /// The answers to the question with the fewest, the most promising first.
  private func branches(_ gaps: [FilledGaps.Gap], slack: Int) -> [Branch] {
    var first = ItemSet()
    for item in unplaced where twin[item] < 0 || !unplaced.contains(twin[item]) {
      first.insert(item)
    }
    var positions = Array(repeating: 0, count: items.count)
    var fewest = Int.max
    var chosen = -1
    for item in first {
      positions[item] = filter.positions(of: item)
      if positions[item] < fewest { (fewest, chosen) = (positions[item], item) }
    }
    var best: [Branch]?
    for (index, gap) in gaps.enumerated() where fewest > 1 {
      let spare = filter.spare(index, slack: slack)
      let members = filter.views[index].members.intersection(first)
      let low = firsts(gap, index, members, spare: spare)
      if low.count < fewest { (fewest, best) = (low.count, low) }
      if spare == 0 {
        let high = lasts(gap, index, members)
        if high.count < fewest { (fewest, best) = (high.count, high) }
      }
    }
    let found =
      best
      ?? gaps.indices.filter { filter.views[$0].members.contains(chosen) }.flatMap { index in
        filter.borders(of: chosen, in: gaps[index]).map {
          Branch(item: chosen, border: $0, gap: index)
        }
      }
    return found.map { (branch: $0, rank: rank($0, positions)) }
      .sorted { $0.rank < $1.rank }
      .map(\.branch)
  }

  /// What is tried first has the lowest rank.
  private func rank(_ branch: Branch, _ positions: [Int]) -> Rank {
    guard branch.item >= 0 else { return (.max, .max, .max) }
    let item = items[branch.item]
    let address = filled.address(branch.border)
    // An item that needs less than the border's alignment takes it from one that needs more.
    let waste = address == 0 ? 0 : (address & ~(address - 1)) / (item.mask + 1)
    let priority = priorities[branch.item] + branch.border % 64
    switch round % 3 {
    case 0: return (Int(clamping: waste), positions[branch.item], priority)
    case 1: return (positions[branch.item], -filled.sizes[branch.item], priority)
    default: return (Int(clamping: waste), priority, 0)
    }
  }

  private typealias Rank = (Int, Int, Int)

  /// Which of `members` may be the first of a gap, or that none is.
  private func firsts(
    _ gap: FilledGaps.Gap,
    _ index: Int,
    _ members: ItemSet,
    spare: Int
  ) -> [Branch] {
    var branches: [Branch] = []
    for item in members {
      if spare == 0, !filled.allows(item, gap.low) { continue }
      guard let border = filled.firstBorder(of: item, from: gap.low),
        filter.mayBegin(item, at: border, in: gap)
      else { continue }
      branches.append(Branch(item: item, border: border, gap: index, isFirst: true))
    }
    if gap.high - gap.low <= spare, filter.views[index].residents.isEmpty {
      branches.append(Branch(item: -1, border: gap.low, gap: index))
    }
    return branches
  }

  /// Which of `members` may be the last of a gap in which nothing stays free.
  private func lasts(_ gap: FilledGaps.Gap, _ index: Int, _ members: ItemSet) -> [Branch] {
    var branches: [Branch] = []
    for item in members {
      let border = gap.high - filled.sizes[item]
      if filter.mayBegin(item, at: border, in: gap) {
        branches.append(Branch(item: item, border: border, gap: index))
      }
    }
    return branches
  }
}
