import PhysicalMemory

/// Turns a proof into what a person needs to know: who is in conflict, where the room is, what would help.
struct Explanation {
  /// Each question may take this part of the steps, so that one hard question does not take all.
  private static let parts = 16

  let problem: PlacementProblem
  let search: SearchProblem
  var effort: SearchEffort
  let share: Int

  /// `problem` is normalized, so that its requests are in the order of the items of `search`.
  init(_ problem: PlacementProblem, _ search: SearchProblem, _ effort: SearchEffort) {
    self.problem = problem
    self.search = search
    self.effort = effort
    share = max(1, effort.remaining / Self.parts)
  }

  /// The same for a part of a problem, where a question may take `share` steps.
  init(
    _ problem: PlacementProblem,
    _ search: SearchProblem,
    _ effort: SearchEffort,
    share: Int
  ) {
    self.problem = problem
    self.search = search
    self.effort = effort
    self.share = share
  }

  /// The explanation of `proof`.
  mutating func explain(_ proof: Proof) -> Infeasibility {
    let (proof, isIrreducible) = irreducible(proof)
    let chosen = request(of: proof)
    let run = largestFreeRun(for: chosen)
    let (demand, capacity) = balance(proof)
    let obstacle = splitter(of: chosen, run)
    let repairs = effort.isEmpty ? [] : repairs(of: proof.items, obstacle: obstacle)
    return Infeasibility(
      conflict: proof.items.map { problem.requests[$0].name },
      isIrreducible: isIrreducible,
      request: problem.requests[chosen].name,
      obstacle: obstacle,
      largestFreeRun: run,
      demand: demand,
      capacity: capacity,
      reason: reason(proof),
      repairs: repairs,
      repairsTogether: repairs.isEmpty && !effort.isEmpty ? repairsTogether(of: proof) : []
    )
  }

  /// Runs the solver with one share of the steps.
  mutating func solve(_ search: SearchProblem) -> Verdict {
    var part = effort.part(of: share)
    part.spend(search.items.count)
    let verdict = Solver.solve(search, &part)
    effort.spend(part.used)
    return verdict
  }

  /// Leaves items out of the proof until none of them can be spared: first in big pieces, then singly.
  mutating func irreducible(_ proof: Proof) -> (Proof, isIrreducible: Bool) {
    var proof = proof
    var isIrreducible = true
    var piece = max(1, proof.items.count / 2)
    while proof.items.count > 1 {
      var position = 0
      while position < proof.items.count {
        if effort.isEmpty { return (proof, false) }
        let end = min(position + piece, proof.items.count)
        var rest = proof.items
        rest.removeSubrange(position..<end)
        switch solve(search.restricted(to: rest)) {
        case .infeasible(var smaller):
          smaller.items = smaller.items.map { rest[$0] }
          proof = smaller
          // The smaller proof may lack items before the position too.
          if piece > 1 { position = min(position, proof.items.count) }
        case .feasible:
          position = end
        case .unknown:
          if piece == 1 { isIrreducible = false }
          position = end
        }
      }
      if piece == 1 { break }
      piece /= 2
    }
    return (proof, isIrreducible)
  }

  func request(of proof: Proof) -> Int {
    let free = proof.items.filter { !search.items[$0].isPinned }
    let candidates = free.isEmpty ? proof.items : free
    return candidates.min {
      (search.items[$1].size, $0) < (search.items[$0].size, $1)
    } ?? proof.items[0]
  }

  private func balance(_ proof: Proof) -> (demand: ByteCount, capacity: ByteCount) {
    if case .overfull(_, _, let shift, let demand, let capacity) = proof.kind {
      let granule = Alignment(shift: shift).bytes
      return (granule * demand, granule * capacity)
    }
    let demand = proof.items.reduce(ByteCount.zero) { $0 + problem.requests[$1].size }
    let windows = PhysicalRegionSet(proof.items.flatMap { problem.requests[$0].windows })
    let free = PhysicalRegionSet(problem.banks).intersection(windows)
      .subtracting(PhysicalRegionSet(problem.obstacles.map(\.range)))
    return (demand, free.size)
  }

  private func reason(_ proof: Proof) -> InfeasibilityReason {
    switch proof.kind {
    case .noBase:
      .noPlace(problem.requests[proof.items[0]].name)
    case .overfull(let low, let high, let shift, _, _):
      .overfull(
        range: PhysicalRange(start: PhysicalAddress(low), end: PhysicalAddress(high)),
        granule: Alignment(shift: shift)
      )
    case .exhausted:
      .exhausted
    }
  }
}
