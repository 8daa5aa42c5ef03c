import PhysicalMemory

/// Finds places for regions, or proves that there are none.
///
/// The search is complete: given steps enough it ends with a placement or a proof. Equal problems, whatever
/// the order of their lists, have equal outcomes.
public enum Planner {
  /// A verified placement of `problem`, a proof that there is none, or neither within `budget`.
  ///
  /// `budget` is for deciding. `refinement`, a tenth of it if nil, is for making the placement better, or
  /// for explaining why there is none: with no steps the first placement found stands, and a conflict is
  /// neither made irreducible nor given repairs. Throws all defects of a problem that is meaningless.
  public static func plan(
    _ problem: PlacementProblem,
    goal: PlacementGoal = .any,
    budget: StepBudget = .standard,
    refinement: StepBudget? = nil,
    techniques: SearchTechniques = .all
  ) throws(InvalidPlacementProblem) -> PlacementOutcome {
    let defects = problem.defects
    guard defects.isEmpty else { throw InvalidPlacementProblem(defects: defects) }
    let problem = problem.normalized
    let search = SearchProblem(problem)
    var effort = SearchEffort(budget, techniques)
    let refining = SearchEffort(refinement ?? StepBudget(steps: budget.steps / 10), techniques)
    switch Solver.solve(search, &effort) {
    case .feasible(let bases):
      switch goal {
      case .any:
        return .placed(verified(bases, isOptimal: true, in: problem))
      case .best:
        var best = BestSearch(problem, search, first: bases, refining)
        let found = best.run()
        return .placed(verified(found.bases, isOptimal: found.isOptimal, in: problem))
      }
    case .infeasible(let proof):
      var explanation = Explanation(problem, search, refining)
      return .infeasible(explanation.explain(proof))
    case .unknown:
      return .unknown(steps: effort.used)
    }
  }

  /// The placement of the requests of `problem`, which are sorted by name, at `bases`.
  static func verified(
    _ bases: [UInt64],
    isOptimal: Bool,
    in problem: PlacementProblem
  ) -> Placement {
    let regions = zip(problem.requests, bases).map { request, base in
      PlacedRegion(name: request.name, base: PhysicalAddress(base))
    }
    let placement = Placement(regions, isOptimal: isOptimal)
    let violations = PlacementVerifier.violations(of: placement, in: problem)
    precondition(violations.isEmpty, "the planner broke a promise: \(violations)")
    return placement
  }
}

extension PlacementProblem {
  /// The same problem with every list in a defined order.
  var normalized: PlacementProblem {
    func ascending(_ one: PhysicalRange, _ other: PhysicalRange) -> Bool {
      (one.start, one.end) < (other.start, other.end)
    }
    var copy = self
    copy.banks.sort(by: ascending)
    copy.obstacles.sort {
      ($0.range.start, $0.range.end, $0.name) < ($1.range.start, $1.range.end, $1.name)
    }
    copy.requests = requestsByName
    for index in copy.requests.indices where copy.requests[index].windows.count > 1 {
      copy.requests[index].windows.sort(by: ascending)
    }
    return copy
  }

  /// The requests in the order of their names, which moves numbers instead of whole requests.
  var requestsByName: [PlacementRequest] {
    if zip(requests, requests.dropFirst()).allSatisfy({ $0.name < $1.name }) { return requests }
    let names = requests.map(\.name)
    return names.indices.sorted { names[$0] < names[$1] }.map { requests[$0] }
  }
}
