import ArgumentParser
import Diagnostics
import Formats
import Glibc
import RuleManual
import Validation

/// Prints findings in the shape that was asked for: for people board by board, for machines whole.
final class FindingsOutput {
  private let format: FindingsFormat
  private let options: SharedOptions
  private let sources: [String: SourceText]
  private let list: BoardList
  /// What a person has read already: a mistake in a policy file is found with every board.
  private var said: Set<Diagnostic> = []
  private var hasPrinted = false
  private var boards: [FindingsJSON.BoardFindings] = []

  init(
    format: FindingsFormat,
    options: SharedOptions,
    sources: [String: SourceText],
    list: BoardList
  ) {
    self.format = format
    self.options = options
    self.sources = sources
    self.list = list
  }

  /// One board's findings.
  func take(_ board: FindingsJSON.BoardFindings) throws(FileError) {
    switch format {
    case .human: try printForPeople(board)
    case .concise:
      try Console.output(ConciseRenderer().render(unsaid(board).sortedWorstFirst()))
    case .json, .sarif, .junit, .github: boards.append(board)
    }
  }

  /// Prints what is left once every board was taken; `failed` could not be read.
  func finish(_ summary: FindingsSummary, failed: Int) throws(FileError) {
    switch format {
    case .human:
      if !options.quiet, summary.hasBoards || failed == 0 {
        Console.error((hasPrinted ? "\n" : "") + summary.text(width: options.width))
      }
    case .concise: break
    case .json:
      // A run in which no board could be read has no result.
      if !boards.isEmpty || failed == 0 {
        try Console.output(FindingsJSON.value(boards, sources: sources).text)
      }
    case .sarif:
      let sarif = SARIF(
        version: Dmaplan.configuration.version,
        pages: RulePage.pages(in: RuleManual.text),
        sources: sources
      )
      if !boards.isEmpty || failed == 0 { try Console.output(sarif.value(boards).text) }
    case .junit:
      let junit = JUnit(rules: RuleRegistry.ids, failOn: options.failOn.severity)
      if !boards.isEmpty || failed == 0 { try Console.output(junit.text(boards)) }
    case .github:
      try Console.output(GitHub.commands(boards))
      if let path = getenv("GITHUB_STEP_SUMMARY").map({ String(cString: $0) }), !path.isEmpty {
        try OutputFile.append(Array(GitHub.summary(boards).utf8), to: path)
      }
    }
  }

  /// The findings of a board that were not said before.
  private func unsaid(_ board: FindingsJSON.BoardFindings) -> [Diagnostic] {
    list.requests.count == 1
      ? board.findings : board.findings.filter { said.insert($0).inserted }
  }

  private func printForPeople(_ board: FindingsJSON.BoardFindings) throws(FileError) {
    let findings = unsaid(board).sortedWorstFirst()
    if !options.quiet { head(board) }
    guard !findings.isEmpty else { return }
    let title =
      list.isListed && board.dtb != nil
      ? options.decorator.heading("\(VisibleText.of(board.title ?? board.board))") + "\n\n" : ""
    try Console.output(
      (hasPrinted ? "\n" : "") + title + options.renderer(sources).render(findings)
    )
    hasPrinted = true
  }

  /// The settings that decide, where one board is checked.
  private func head(_ board: FindingsJSON.BoardFindings) {
    guard list.requests.count == 1, let settings = board.settings.first?.settings else { return }
    let others = board.variants.count - 1
    let more = others > 0 ? " (and \(others) more RAM variant\(others == 1 ? "" : "s"))" : ""
    Console.error(SettingsText.headline(settings, width: options.width, more: more) + "\n")
  }
}

extension FailOn {
  /// The severity that the word stands for.
  var severity: Severity {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}
