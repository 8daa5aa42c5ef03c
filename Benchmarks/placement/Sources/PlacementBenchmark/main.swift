// Times the planner in process on placement problems.
//
// usage: PlacementBenchmark [--steps N] [--explain] [--runs N] PROBLEM.json...
//
// Prints for each problem its name, the answer, and the wall and the processor seconds of the median run. A
// problem is planned until 60 ms have gone by, at least 3 and at most 31 times, but once if that takes a
// second. Without --explain no conflict is made irreducible and no repair looked for: what is timed is the
// decision, as for a solver.

import Foundation
import Planner

var paths: [String] = []
var budget = StepBudget.standard
var refinement: StepBudget? = StepBudget(steps: 0)
var runs = 31
var techniques = SearchTechniques.all
var arguments = CommandLine.arguments.dropFirst()[...]
while let argument = arguments.popFirst() {
  switch argument {
  case "--steps": budget = StepBudget(steps: arguments.popFirst().flatMap(Int.init) ?? 0)
  case "--explain": refinement = nil
  case "--runs": runs = arguments.popFirst().flatMap(Int.init) ?? runs
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
  var wall: [Double] = []
  var processor: [Double] = []
  var status = ""
  while wall.count < runs {
    let spent = wall.reduce(0, +)
    if spent > 1 || (wall.count >= 3 && spent > 0.06) { break }
    let (start, work) = (ContinuousClock.now, processorSeconds())
    let outcome = try Planner.plan(
      problem, budget: budget, refinement: refinement, techniques: techniques)
    processor.append(processorSeconds() - work)
    let time = (ContinuousClock.now - start).components
    wall.append(Double(time.attoseconds) * 1e-18 + Double(time.seconds))
    switch outcome {
    case .placed: status = "placed"
    case .infeasible: status = "infeasible"
    case .unknown: status = "unknown"
    }
  }
  let median = [wall, processor].map { String(format: "%.6f", $0.sorted()[$0.count / 2]) }
  print(file.name ?? path, status, median[0], median[1])
  fflush(nil)
}

/// The processor time of this process so far.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
