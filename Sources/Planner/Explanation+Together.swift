import PhysicalMemory

extension Explanation {
  /// Not more conflicts than this are repaired together.
  private static let mostConflicts = 12

  /// Changes that make the problem feasible together, where no single one does.
  ///
  /// Takes one conflict after the other: its cheapest repair, found as if nothing but its members
  /// needed a place, then whatever conflict is left. Then leaves out what proves to be needless.
  mutating func repairsTogether(of proof: Proof) -> [Repair] {
    var changed = problem
    var proof = proof
    var found: [Repair] = []
    for _ in 0..<Self.mostConflicts {
      guard let repair = repair(of: proof, in: changed) else { return [] }
      found.removeAll { $0.action.changesSame(as: repair.action) }
      found.append(repair)
      changed = problem.repaired(by: found)
      guard !effort.isEmpty else { return [] }
      let next = SearchProblem(changed)
      switch solve(next) {
      case .feasible(let bases):
        _ = Planner.verified(bases, isOptimal: true, in: changed)
        return needed(of: found)
      case .infeasible(let rest):
        var inner = Explanation(changed, next, effort, share: share)
        proof = inner.irreducible(rest).0
        effort = inner.effort
      case .unknown:
        return []
      }
    }
    return []
  }

  /// The cheapest change that gives the items of `proof` places, if nobody else needed any.
  private mutating func repair(of proof: Proof, in changed: PlacementProblem) -> Repair? {
    let members = proof.items.map { changed.requests[$0].name }
    let alone = changed.keeping(Set(members))
    var inner = Explanation(alone, SearchProblem(alone), effort, share: share)
    let all = Proof(items: Array(members.indices), kind: .exhausted)
    let chosen = inner.request(of: all)
    let obstacle = inner.splitter(of: chosen, inner.largestFreeRun(for: chosen))
    let repairs = inner.repairs(of: all.items, obstacle: obstacle)
    effort = inner.effort
    return repairs.first
  }

  /// `found`, which is enough, without what the rest does not need.
  private mutating func needed(of found: [Repair]) -> [Repair] {
    var needed = found
    for repair in found.sorted(by: { $0.cost > $1.cost }) {
      let rest = needed.filter { $0 != repair }
      if !rest.isEmpty, isFeasible(problem.repaired(by: rest)) { needed = rest }
    }
    return needed.enumerated().sorted {
      ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset)
    }.map(\.element)
  }
}

extension RepairAction {
  /// Whether both are about one request or one obstacle.
  fileprivate func changesSame(as other: RepairAction) -> Bool {
    switch (self, other) {
    case (.shrink(let one, _), .shrink(let two, _)), (.shrink(let one, _), .widen(let two, _)),
      (.widen(let one, _), .shrink(let two, _)), (.widen(let one, _), .widen(let two, _)):
      one == two
    case (.move(let one, _), .move(let two, _)): one == two
    default: false
    }
  }
}

extension PlacementProblem {
  /// The problem with these changes made; it stays normalized.
  fileprivate func repaired(by repairs: [Repair]) -> PlacementProblem {
    var copy = self
    for repair in repairs {
      switch repair.action {
      case .shrink(let name, let size):
        for index in copy.requests.indices where copy.requests[index].name == name {
          copy.requests[index].size = size
        }
      case .widen(let name, let window):
        for index in copy.requests.indices where copy.requests[index].name == name {
          copy.requests[index].windows.append(window)
        }
      case .move(let obstacle, let base):
        guard let index = copy.obstacles.firstIndex(of: obstacle) else { continue }
        let range = PhysicalRange(start: base, saturating: obstacle.range.size)
        copy.obstacles[index] = Obstacle(name: obstacle.name, range: range)
      }
    }
    return copy.normalized
  }

  /// The problem with only the requests of these names; nobody keeps apart from the others.
  fileprivate func keeping(_ names: Set<String>) -> PlacementProblem {
    var copy = self
    copy.requests = requests.filter { names.contains($0.name) }
    for index in copy.requests.indices {
      copy.requests[index].apart = copy.requests[index].apart.map { separation in
        Separation(from: separation.from.filter(names.contains), block: separation.block)
      }
    }
    return copy
  }
}
