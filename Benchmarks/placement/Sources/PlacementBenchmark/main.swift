// Times the planner in process on placement problems.
//
// usage: PlacementBenchmark [--steps N] [--explain] PROBLEM.json...
//
// Prints for each problem its name, the answer, the seconds of the median run and the steps of the budget.
// A problem is planned until 60 ms have gone by, at most 31 times and at least once. Without --explain no
// conflict is made irreducible and no repair looked for: what is timed is the decision, as for a solver.

import Foundation
import Planner

var paths: [String] = []
var budget = StepBudget.standard
var refinement: StepBudget? = StepBudget(steps: 0)
var techniques = SearchTechniques.all
var arguments = CommandLine.arguments.dropFirst()[...]
while let argument = arguments.popFirst() {
  switch argument {
  case "--steps": budget = StepBudget(steps: arguments.popFirst().flatMap(Int.init) ?? 0)
  case "--explain": refinement = nil
  case "--techniques":
    techniques = SearchTechniques(rawValue: arguments.popFirst().flatMap { .init($0) } ?? 0)
  default: paths.append(argument)
  }
}

for path in paths {
  guard let data = FileManager.default.contents(atPath: path),
    let file = try? JSONDecoder().decode(ProblemFile.self, from: data)
  else { continue }
  let problem = file.problem
  var seconds: [Double] = []
  var status = ""
  while seconds.isEmpty || (seconds.count < 31 && seconds.reduce(0, +) < 0.06) {
    let start = ContinuousClock.now
    let outcome = try Planner.plan(
      problem, budget: budget, refinement: refinement, techniques: techniques)
    let spent = ContinuousClock.now - start
    seconds.append(Double(spent.components.attoseconds) * 1e-18 + Double(spent.components.seconds))
    switch outcome {
    case .placed: status = "placed"
    case .infeasible: status = "infeasible"
    case .unknown: status = "unknown"
    }
  }
  seconds.sort()
  print(file.name ?? path, status, String(format: "%.6f", seconds[seconds.count / 2]))
  fflush(nil)
}
