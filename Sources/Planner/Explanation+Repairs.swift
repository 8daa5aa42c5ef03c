import PhysicalMemory

extension Explanation {
  /// More members of a conflict than this, the biggest, are not tried.
  private static let mostTried = 8

  /// Changes that each make the whole problem feasible, cheapest first.
  mutating func repairs(of conflict: [Int], obstacle: Obstacle?) -> [Repair] {
    let bySize = conflict.sorted {
      (search.items[$1].size, $0) < (search.items[$0].size, $1)
    }
    var repairs: [Repair] = []
    for index in bySize.prefix(Self.mostTried) {
      if let repair = shrunk(index) { repairs.append(repair) }
      if let repair = widened(index) { repairs.append(repair) }
    }
    if let obstacle, let repair = moved(obstacle) { repairs.append(repair) }
    // A stable order: equal costs stay in the order in which they were tried.
    return repairs.enumerated().sorted {
      ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset)
    }.map(\.element)
  }

  /// Whether the changed problem has a placement that passes the verifier.
  mutating func isFeasible(_ changed: PlacementProblem) -> Bool {
    guard !effort.isEmpty, case .feasible(let bases) = solve(SearchProblem(changed)) else {
      return false
    }
    _ = Planner.verified(bases, isOptimal: true, in: changed)
    return true
  }

  /// The biggest size at which the request fits.
  private mutating func shrunk(_ index: Int) -> Repair? {
    var changed = problem
    func resize(_ size: UInt64) { changed.requests[index].size = ByteCount(size) }
    let size = problem.requests[index].size.rawValue
    resize(1)
    guard isFeasible(changed) else { return nil }
    var low: UInt64 = 1
    var high = size - 1
    while low < high {
      let middle = low + (high - low) / 2 + 1
      resize(middle)
      if isFeasible(changed) { low = middle } else { high = middle - 1 }
    }
    guard low < size else { return nil }
    let action = RepairAction.shrink(problem.requests[index].name, to: ByteCount(low))
    return Repair(action: action, cost: ByteCount(size - low))
  }

  /// The window that has to grow the least, up or down inside a bank, for the request to fit.
  private mutating func widened(_ index: Int) -> Repair? {
    let request = problem.requests[index]
    var best: Repair?
    for window in request.windows where !window.isEmpty {
      for bank in problem.banks where bank.overlaps(window) {
        let up = bank.end.rawValue - min(bank.end, window.end).rawValue
        let down = max(bank.start, window.start).rawValue - bank.start.rawValue
        let limit = best?.cost.rawValue ?? .max
        if let grown = growth(index, atMost: min(up, limit), { window.grown(down: 0, up: $0) }) {
          best = Repair(
            action: .widen(request.name, to: window.grown(down: 0, up: grown)),
            cost: ByteCount(grown)
          )
        }
        let rest = best?.cost.rawValue ?? .max
        if let grown = growth(index, atMost: min(down, rest), { window.grown(down: $0, up: 0) }),
          grown < rest
        {
          best = Repair(
            action: .widen(request.name, to: window.grown(down: grown, up: 0)),
            cost: ByteCount(grown)
          )
        }
      }
    }
    return best
  }

  /// The fewest bytes, at most `most`, whose `window` added to the request's makes the problem feasible.
  private mutating func growth(
    _ index: Int,
    atMost most: UInt64,
    _ window: (UInt64) -> PhysicalRange
  ) -> UInt64? {
    guard most > 0 else { return nil }
    var changed = problem
    let windows = problem.requests[index].windows
    func grow(_ bytes: UInt64) { changed.requests[index].windows = windows + [window(bytes)] }
    grow(most)
    guard isFeasible(changed) else { return nil }
    var low: UInt64 = 1
    var high = most
    while low < high {
      let middle = low + (high - low) / 2
      grow(middle)
      if isFeasible(changed) { high = middle } else { low = middle + 1 }
    }
    return high
  }

  /// A place for the obstacle, as aligned as it is now, that leaves room for everybody.
  private mutating func moved(_ obstacle: Obstacle) -> Repair? {
    guard !obstacle.range.isEmpty,
      let index = problem.obstacles.firstIndex(of: obstacle)
    else { return nil }
    var changed = problem
    changed.obstacles.remove(at: index)
    let start = obstacle.range.start.rawValue
    let shift = min(21, start == 0 ? 21 : start.trailingZeroBitCount)
    // No request can have this name: it is longer than any other.
    let longest = problem.requests.map(\.name.utf8.count).max() ?? 0
    let name = String(repeating: "~", count: longest + 1)
    changed.requests.append(
      PlacementRequest(
        name: name,
        size: obstacle.range.size,
        alignment: Alignment(shift: UInt8(shift)),
        windows: problem.banks
      )
    )
    changed = changed.normalized
    guard !effort.isEmpty, case .feasible(let bases) = solve(SearchProblem(changed)) else {
      return nil
    }
    let placement = Planner.verified(bases, isOptimal: true, in: changed)
    return placement[name].map {
      Repair(action: .move(obstacle, to: $0), cost: obstacle.range.size)
    }
  }
}

extension PhysicalRange {
  /// The range with these bytes more at its two ends.
  fileprivate func grown(down: UInt64, up: UInt64) -> PhysicalRange {
    PhysicalRange(
      start: PhysicalAddress(start.rawValue - down),
      end: PhysicalAddress(end.rawValue + up)
    )
  }
}
