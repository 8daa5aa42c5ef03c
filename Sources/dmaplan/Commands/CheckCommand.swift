import ArgumentParser
import Board
import Diagnostics
import Formats
import Layout

/// `dmaplan check DTB|DIR...`: findings only.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check boards against what Linux does and what policy asks for.",
    discussion: "Example: dmaplan check board.dtb --linux 6.1"
  )

  @Argument(help: "DTBs, or folders that are searched for *.dtb.")
  var inputs: [String]

  @Option(help: "The shape of the output: human, concise, json, sarif, junit, github.")
  var format: FindingsFormat = .human

  @Option(help: "Only what this earlier `--format json` output does not have.")
  var baseline: String?

  @Flag(help: "Apply the safe fixes to the policy files, then check again.")
  var fix = false

  @OptionGroup var options: SharedOptions

  func run() async throws {
    let known = try baseline.map(BaselineInput.fingerprints)
    let trees = try TreeList(inputs)
    var (pipeline, result) = try await check(trees)
    if fix, try PolicyFixer(pipeline.policy).apply(result.boards.flatMap(\.findings)) {
      (pipeline, result) = try await check(trees)
    }
    if let known { result.boards = known.onlyNew(result.boards, sources: pipeline.policy.sources) }
    if !result.boards.isEmpty {
      try FindingsOutput(format: format, options: options, sources: pipeline.policy.sources)
        .print(result.boards, trees: trees)
    }
    for failure in result.failures { Program.report(failure) }
    if !result.failures.isEmpty { throw ExitCode(2) }
    try pipeline.exit(findings: result.boards.flatMap(\.findings), unmet: false)
  }

  /// What a run over all trees came to.
  private struct Outcome {
    var boards: [FindingsJSON.BoardFindings] = []
    var failures: [RunError] = []
  }

  /// Checks every tree; the order of the results is that of the trees, whatever `--jobs` is.
  private func check(_ trees: TreeList) async throws -> (Pipeline, Outcome) {
    let pipeline = try Pipeline(options)
    var outcome = Outcome()
    if !pipeline.policy.diagnostics.isEmpty {
      // Mistakes in the files are no board's: they are said once.
      outcome.boards.append(
        FindingsJSON.BoardFindings(
          board: "",
          dtb: nil,
          findings: pipeline.policy.diagnostics.sortedByPlace()
        )
      )
    }
    let progress = ProgressBar(total: trees.paths.count, isQuiet: options.quiet)
    let results = await Parallel.map(trees.paths, jobs: options.threads, progress: progress) {
      Self.board($0, pipeline)
    }
    for result in results {
      switch result {
      case .success(let board): outcome.boards.append(board)
      case .failure(let error): outcome.failures.append(error)
      }
    }
    return (pipeline, outcome)
  }

  private static func board(
    _ path: String,
    _ pipeline: Pipeline
  ) -> Result<FindingsJSON.BoardFindings, RunError> {
    do {
      let compilation = try pipeline.compile(path)
      let (findings, accepted) = pipeline.judge(compilation)
      return .success(
        FindingsJSON.BoardFindings(
          board: compilation.board.compatible.first ?? path,
          dtb: path,
          findings: findings,
          variants: compilation.variants.map(\.variant.name),
          accepted: accepted
        )
      )
    } catch let error as RunError {
      return .failure(error)
    } catch {
      return .failure(.input("\(path): \(error)"))
    }
  }
}

/// The shapes of findings.
enum FindingsFormat: String, ExpressibleByArgument, CaseIterable {
  case human, concise, json, sarif, junit, github
}
