/// Decides a `SearchProblem`: proofs by counting, then a greedy search, then the complete one.
enum Solver {
  /// How often the greedy search starts over before the complete one takes its turn.
  private static let greedyRounds = 60

  /// A base for each item, a proof that there are none, or neither when the steps end.
  static func solve(_ problem: SearchProblem, _ effort: inout SearchEffort) -> Verdict {
    if let index = problem.items.firstIndex(where: \.intervals.isEmpty) {
      return .infeasible(Proof(items: [index], kind: .noBase))
    }
    let components = problem.components
    if components.count == 1 { return solveComponent(problem, &effort) }
    var bases = Array(repeating: 0 as UInt64, count: problem.items.count)
    var isUnknown = false
    for members in components {
      switch solveComponent(problem.restricted(to: members), &effort) {
      case .feasible(let found):
        for (member, base) in zip(members, found) { bases[member] = base }
      case .infeasible(var proof):
        proof.items = proof.items.map { members[$0] }
        return .infeasible(proof)
      case .unknown:
        isUnknown = true
      }
    }
    return isUnknown ? .unknown : .feasible(bases)
  }

  private static func solveComponent(
    _ problem: SearchProblem,
    _ effort: inout SearchEffort
  ) -> Verdict {
    if problem.items.count == 1 { return .feasible([problem.items[0].earliest]) }
    if effort.isEmpty { return .unknown }
    if effort.techniques.contains(.counting),
      let proof = CountingBound(problem).proof(&effort)
    {
      return .infeasible(proof)
    }
    if effort.techniques.contains(.greedy) {
      var greedy = GreedySearch(problem)
      if let bases = greedy.run(rounds: greedyRounds, &effort) { return .feasible(bases) }
    }
    if effort.techniques.contains(.gaps), var gaps = GapSearch(problem) {
      let verdict = gaps.run(&effort)
      if case .unknown = verdict {} else { return verdict }
    }
    var sweep = SweepSearch(problem, effort.techniques)
    return sweep.run(&effort)
  }
}
