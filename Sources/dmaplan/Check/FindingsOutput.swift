import ArgumentParser
import Diagnostics
import Formats
import Glibc
import RuleManual

/// Prints findings in the shape that was asked for.
struct FindingsOutput {
  let format: FindingsFormat
  let options: SharedOptions
  let sources: [String: SourceText]

  func print(_ boards: [FindingsJSON.BoardFindings], trees: TreeList) throws(FileError) {
    switch format {
    case .human:
      let findings = Self.all(boards)
      try Console.output(options.renderer(sources).render(findings))
      if !options.quiet { Console.error(FindingsSummary(boards, findings, trees).text) }
    case .concise: try Console.output(ConciseRenderer().render(Self.all(boards)))
    case .json: try Console.output(FindingsJSON.value(boards, sources: sources).text)
    case .sarif:
      let sarif = SARIF(
        version: Dmaplan.configuration.version,
        pages: RulePage.pages(in: RuleManual.text),
        sources: sources
      )
      try Console.output(sarif.value(boards).text)
    case .junit:
      let rules = RulePage.pages(in: RuleManual.text).map(\.rule)
      try Console.output(JUnit(rules: rules, failOn: options.failOn.severity).text(boards))
    case .github:
      try Console.output(GitHub.commands(boards))
      if let path = getenv("GITHUB_STEP_SUMMARY").map({ String(cString: $0) }), !path.isEmpty {
        try OutputFile.append(Array(GitHub.summary(boards).utf8), to: path)
      }
    }
  }

  private static func all(_ boards: [FindingsJSON.BoardFindings]) -> [Diagnostic] {
    boards.flatMap(\.findings).withoutDuplicates().sortedByPlace()
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
