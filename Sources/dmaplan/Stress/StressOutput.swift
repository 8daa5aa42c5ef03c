import Diagnostics
import DryRun
import Formats

/// Prints verdicts in the shape that was asked for: for people board by board, for machines whole.
final class StressOutput {
  private let format: ReportFormat
  private let pipeline: Pipeline
  private let list: StressList
  private var judged: [StressRun.Judged] = []
  /// How many boards of a search have nothing to run.
  private var idle = 0
  /// What a person has read already: a mistake in a policy file is found with every board.
  private var said: Set<Diagnostic> = []

  init(format: ReportFormat, pipeline: Pipeline, list: StressList) {
    self.format = format
    self.pipeline = pipeline
    self.list = list
  }

  /// What is wrong with the boards that were judged.
  var findings: [Diagnostic] { judged.flatMap(\.subject.findings) }

  /// Whether something is not as it should be: a verdict `not-met` or `at-risk`.
  var hasUnmetConstraints: Bool { judged.contains(where: Self.isUnmet) }

  private var isAlone: Bool { list.inputs.count == 1 }
  private var options: SharedOptions { pipeline.options }

  /// One board's verdicts.
  func take(_ board: StressRun.Judged) throws(FileError) {
    if list.isSearch, board.subject.isEmpty {
      idle += 1
      return
    }
    judged.append(board)
    let shown = board.subject.findings.filter { $0.severity > .note && said.insert($0).inserted }
    Console.error(options.renderer(pipeline.policy.sources).render(shown.sortedWorstFirst()))
    guard format == .human else { return }
    let text = VerdictsText(board.verdicts, width: options.width, decorator: options.decorator).text
    let title = VisibleText.of(board.subject.title)
    try Console.output(
      isAlone
        ? text
        : (judged.count > 1 ? "\n" : "") + options.decorator.heading(title) + "\n\n" + text
    )
  }

  /// Prints what is left once every board was taken.
  func finish() throws(FileError) {
    if format == .json, isAlone, let board = judged.first {
      try Console.output(VerdictsJSON.value(board.verdicts).text)
    } else if format == .json, !isAlone {
      let boards = judged.map { (input: $0.subject.title, verdicts: $0.verdicts) }
      try Console.output(VerdictsJSON.value(boards).text)
    } else if !isAlone, !options.quiet {
      Console.error("\n" + total + next)
    }
  }

  /// How many boards stand how, each by its worst verdict.
  private var total: String {
    let worst = judged.map { $0.verdicts.map(\.verdict).min() ?? .unknown }
    let counts = Judgement.allCases.compactMap { judgement -> String? in
      let count = worst.count { $0 == judgement }
      return count == 0 ? nil : "\(count) \(judgement.word)"
    }
    let boards = judged.count == 1 ? "1 board" : "\(judged.count) boards"
    let rest = idle == 0 ? "" : "; \(idle) more \(idle == 1 ? "has" : "have") nothing to run"
    return boards + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) + rest + "\n"
  }

  /// The last line: what to do now.
  private var next: String {
    guard let board = judged.first(where: Self.isUnmet) else {
      return judged.isEmpty
        ? "next: `dmaplan init BOARD.dtb` writes a policy to begin with\n" : ""
    }
    let file = ShellWord.of(board.subject.title)
    return board.subject.title.hasSuffix(".json")
      ? "next: `dmaplan map \(file)` shows where its regions lie\n"
      : "next: `dmaplan run \(file)` says what would help\n"
  }

  private static func isUnmet(_ board: StressRun.Judged) -> Bool {
    board.verdicts.contains(where: \.verdict.isUnmet)
  }
}
