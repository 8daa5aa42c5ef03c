import ArgumentParser
import Board
import Diagnostics
import Formats

/// `dmaplan check DTB|DIR...`: findings only.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check boards against what Linux does and what policy asks for.",
    discussion: "Example: dmaplan check board.dtb --linux 6.1"
  )

  @Argument(help: "DTBs, or folders that are searched for *.dtb.")
  var inputs: [String]

  @Option(help: "The shape of the output: human, concise, json.")
  var format: FindingsFormat = .human

  @OptionGroup var options: SharedOptions

  func run() throws {
    let pipeline = try Pipeline(options)
    var boards: [FindingsJSON.BoardFindings] = []
    var failures: [RunError] = []
    for path in try Self.trees(inputs) {
      do {
        let compilation = try pipeline.compile(path)
        boards.append(
          FindingsJSON.BoardFindings(
            board: compilation.board.compatible.first ?? path,
            dtb: path,
            findings: pipeline.findings(compilation).sortedByPlace()
          )
        )
      } catch let error as RunError {
        failures.append(error)
      }
    }
    let findings = boards.flatMap(\.findings).withoutDuplicates()
    if !boards.isEmpty { try print(findings, boards, pipeline) }
    for failure in failures { Program.report(failure) }
    if !failures.isEmpty { throw ExitCode(2) }
    try pipeline.exit(findings: findings, unmet: false)
  }

  private func print(
    _ findings: [Diagnostic],
    _ boards: [FindingsJSON.BoardFindings],
    _ pipeline: Pipeline
  ) throws(FileError) {
    let sources = pipeline.policy.sources
    switch format {
    case .human:
      try Console.output(options.renderer(sources).render(findings.sortedByPlace()))
      if !options.quiet { Console.error(Self.summary(findings)) }
    case .concise: try Console.output(ConciseRenderer().render(findings.sortedByPlace()))
    case .json: try Console.output(FindingsJSON.value(boards, sources: sources).text)
    }
  }

  private static func summary(_ findings: [Diagnostic]) -> String {
    let counts = Severity.allCases.reversed().map { severity in
      (severity, findings.count { $0.severity == severity })
    }
    let words = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }
    return words.isEmpty ? "no findings\n" : words.joined(separator: ", ") + "\n"
  }

  /// The trees that `inputs` name, in byte order below each folder.
  private static func trees(_ inputs: [String]) throws -> [String] {
    try inputs.flatMap { input -> [String] in
      guard Folder.isFolder(input) else { return [input] }
      let found = try Folder.files(below: input, endings: [".dtb"])
      if found.isEmpty { throw RunError.input("\(input): there is no *.dtb in this folder") }
      return found
    }
  }
}

/// The shapes of findings.
enum FindingsFormat: String, ExpressibleByArgument, CaseIterable {
  case human, concise, json
}
