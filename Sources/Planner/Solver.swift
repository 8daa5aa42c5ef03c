/// Decides a `SearchProblem`: proofs by counting, then a greedy search, then the complete one.
enum Solver {
  /// How often the greedy search starts over before anything is counted.
  private static let firstRounds = 2
  /// How often it starts over before the complete searches take turns.
  private static let greedyRounds = 58
  /// How many steps the first turn of a complete search has.
  private static let firstTurn = 5_000
  /// How much longer a turn of the search by gaps is: what the other can do it mostly does soon.
  private static let gapShare = 8

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
    let techniques = effort.techniques
    let bound = techniques.contains(.counting) ? CountingBound(problem) : nil
    if let proof = bound?.proof(&effort, inBytes: true) { return .infeasible(proof) }
    var greedy = GreedySearch(problem)
    if techniques.contains(.greedy), let bases = greedy.run(rounds: firstRounds, &effort) {
      return .feasible(bases)
    }
    if let proof = bound?.proof(&effort, inBytes: false) { return .infeasible(proof) }
    if techniques.contains(.greedy), let bases = greedy.run(rounds: greedyRounds, &effort) {
      return .feasible(bases)
    }
    return solveByTurns(problem, &effort)
  }

  /// Gives the two complete searches turns that get longer: what is hard for one is often easy for the other.
  private static func solveByTurns(
    _ problem: SearchProblem,
    _ effort: inout SearchEffort
  ) -> Verdict {
    var sweep = SweepSearch(problem, effort.techniques)
    guard effort.techniques.contains(.gaps), var gaps = GapSearch(problem) else {
      return sweep.run(&effort)
    }
    guard effort.techniques.contains(.sweep) else { return gaps.run(&effort) }
    var steps = firstTurn
    while !effort.isEmpty {
      var turn = effort.part(of: steps)
      var verdict = sweep.run(&turn)
      effort.spend(turn.used)
      guard case .unknown = verdict else { return verdict }
      turn = effort.part(of: steps * gapShare)
      verdict = gaps.run(&turn)
      effort.spend(turn.used)
      guard case .unknown = verdict else { return verdict }
      steps *= 4
    }
    return .unknown
  }
}
