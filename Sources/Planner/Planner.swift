import PhysicalMemory

/// Finds places for regions, or proves that there are none.
///
/// The search is complete: given steps enough it ends with a placement or a proof. Equal problems, whatever
/// the order of their lists, have equal outcomes.
public enum Planner {
  /// A verified placement of `problem`, a proof that there is none, or neither within `budget`.
  ///
  /// The budget is for deciding. As much again may be spent on making the placement better, or on
  /// explaining why there is none. Throws all defects of a problem that is meaningless.
  public static func plan(
    _ problem: PlacementProblem,
    goal: PlacementGoal = .any,
    budget: StepBudget = .standard
  ) throws(InvalidPlacementProblem) -> PlacementOutcome {
    let defects = problem.defects
    guard defects.isEmpty else { throw InvalidPlacementProblem(defects: defects) }
    let problem = problem.normalized
    let search = SearchProblem(problem)
    var meter = StepMeter(budget)
    switch Solver.solve(search, &meter) {
    case .feasible(let bases):
      switch goal {
      case .any:
        return .placed(verified(bases, isOptimal: true, in: problem))
      case .best:
        var best = BestSearch(problem, search, first: bases, StepMeter(budget))
        let found = best.run()
        return .placed(verified(found.bases, isOptimal: found.isOptimal, in: problem))
      }
    case .infeasible(let proof):
      var explanation = Explanation(problem, search, StepMeter(budget))
      return .infeasible(explanation.explain(proof))
    case .unknown:
      return .unknown(steps: meter.used)
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
    copy.requests.sort { $0.name < $1.name }
    for index in copy.requests.indices { copy.requests[index].windows.sort(by: ascending) }
    return copy
  }
}
