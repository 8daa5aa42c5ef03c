import ArgumentParser
import Diagnostics
import Formats

/// `dmaplan check DTB|DIR...`: findings only.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check boards against what Linux does and what policy asks for.",
    discussion: """
      Example: dmaplan check board.dtb --linux 6.1
               dmaplan check --boards boards.yaml --format sarif
      """
  )

  @Argument(
    help: "DTBs, or folders that are searched for *.dtb.",
    completion: .file(extensions: ["dtb"])
  )
  var inputs: [String] = []

  @Option(
    help: "A YAML list of boards: {dtb, overlays, cmdline, kernel-config, variants} each.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var boards: String?

  @Option(help: "The shape of the output: human, concise, json, sarif, junit, github.")
  var format: FindingsFormat = .human

  @Option(
    help: "Only what this earlier `--format json` output does not have.",
    completion: .file(extensions: ["json"])
  )
  var baseline: String?

  @Flag(help: "Apply the safe fixes to the policy files, then check again.")
  var fix = false

  @OptionGroup var options: SharedOptions

  func validate() throws {
    if inputs.isEmpty == (boards == nil) {
      throw ValidationError("Name DTBs or folders, or a list of boards with --boards FILE.")
    }
  }

  func run() async throws {
    let known = try baseline.map(BaselineInput.fingerprints)
    var pipeline = try Pipeline(options)
    let list = try BoardList(inputs: inputs, file: boards, pipeline.general)
    if fix {
      let found = try await CheckRun(pipeline, list, for: format).all()
      if try PolicyFixer(pipeline.policy).apply(found.boards.flatMap(\.findings)) {
        pipeline = try Pipeline(options)
      }
    }
    let output = FindingsOutput(
      format: format,
      options: options,
      sources: pipeline.policy.sources,
      list: list
    )
    var summary = FindingsSummary(list)
    var failures: [RunError] = []
    try await CheckRun(pipeline, list, for: format).each { result in
      switch result {
      case .success(var board):
        if let known { board = known.onlyNew(board, sources: pipeline.policy.sources) }
        summary.count(board)
        try output.take(board)
      case .failure(let error): failures.append(error)
      }
    }
    try output.finish(summary, failed: failures.count)
    for failure in failures { Program.report(failure) }
    if !failures.isEmpty { throw ExitCode(2) }
    if let worst = summary.worst, worst >= options.failOn.severity { throw ExitCode(1) }
  }
}

/// The shapes of findings.
enum FindingsFormat: String, ExpressibleByArgument, CaseIterable {
  case human, concise, json, sarif, junit, github
}
