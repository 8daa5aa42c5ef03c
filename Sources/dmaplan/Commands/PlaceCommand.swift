import ArgumentParser
import Diagnostics
import Formats
import Planner
import YAML

/// `dmaplan place PROBLEM.json`: the placement solver alone.
struct PlaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "place",
    abstract: "Solve a placement problem, without a board.",
    discussion: """
      Reads a problem of schema dmaplan-place/1 and answers in JSON: a place for every region, or \
      the regions that have none together with the reason and repairs, or `unknown` where the \
      steps ended before. The exit status is 0 for a placement, 1 for none, 2 for a malformed \
      problem. The answer depends on the set of regions, not on their order.

      Example: dmaplan place problem.json --steps 1000000
      """
  )

  @Argument(help: "The problem.", completion: .file(extensions: ["json"]))
  var problem: String

  @Option(help: "Give up after this many steps of the search.")
  var steps = StepBudget.standard.steps

  func validate() throws {
    if steps < 0 { throw ValidationError("--steps is not below zero.") }
  }

  func run() throws {
    let bytes = try InputFile.bytes(problem, limit: YAMLLimits.data.bytes)
    let (read, diagnostics) = PlacementJSON.read(bytes: bytes, file: problem)
    let sources = [problem: SourceText(file: problem, bytes: bytes)]
    guard let read else { throw RunError.malformed(diagnostics, sources: sources) }
    if !diagnostics.isEmpty {
      Console.error(HumanRenderer(sources: sources).render(diagnostics.sortedByPlace()))
    }
    let outcome: PlacementOutcome
    do throws(InvalidPlacementProblem) {
      outcome = try Planner.plan(read, budget: StepBudget(steps: steps))
    } catch {
      throw RunError.input("\(problem): the problem is malformed: \(error.defects)")
    }
    try Console.output(PlacementJSON.value(outcome).text)
    guard case .placed = outcome else { throw ExitCode(1) }
  }
}
