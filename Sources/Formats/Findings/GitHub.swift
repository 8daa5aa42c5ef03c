import Diagnostics

/// Findings as GitHub workflow commands, with a table for the job's summary.
///
/// GitHub shows ten annotations of a level for a step and drops the rest without a word, so the
/// worst come first, no more than ten of a level are written, and how many are left is said.
public enum GitHub {
  /// How many annotations of one level GitHub shows for a step.
  public static let limit = 10
  /// The biggest summary that GitHub takes of a step, in bytes.
  public static let summaryLimit = 1 << 20

  /// The commands for the findings of `boards`, a line each, then a line of what was left out.
  public static func commands(_ boards: [FindingsJSON.BoardFindings]) -> String {
    let all = worstFirst(boards)
    var text = ""
    var left: [String] = []
    for severity in Severity.allCases.reversed() {
      let ofLevel = all.filter { $0.finding.severity == severity }
      for (finding, dtb) in ofLevel.prefix(limit) { text += command(finding, dtb: dtb) }
      if ofLevel.count > limit {
        let number = ofLevel.count - limit
        left.append("\(number) more \(severity)\(number == 1 ? "" : "s")")
      }
    }
    if !left.isEmpty {
      text += left.joined(separator: ", ") + " not shown: see the table in the job's summary\n"
    }
    return text
  }

  /// The table for the job's summary in Markdown, of at most `limit` bytes.
  public static func summary(
    _ boards: [FindingsJSON.BoardFindings],
    limit: Int = summaryLimit
  ) -> String {
    let all = worstFirst(boards)
    let counts = Severity.allCases.reversed().map { severity in
      let count = all.count { $0.finding.severity == severity }
      return count == 1 ? "1 \(severity)" : "\(count) \(severity)s"
    }
    let accepted = boards.reduce(0) { $0 + $1.accepted.count }
    let boardCount = boards.count { $0.dtb != nil }
    var text =
      "### dmaplan: \(counts.joined(separator: ", ")) on \(boardCount) "
      + (boardCount == 1 ? "board" : "boards")
      + (accepted > 0 ? ", \(accepted) accepted" : "") + "\n\n"
    guard !all.isEmpty else { return text }
    text += "| severity | rule | place | finding |\n|---|---|---|---|\n"
    // Room for the line that says how many rows are left.
    var room = limit - text.utf8.count - 80
    for (index, entry) in all.enumerated() {
      let row = row(entry.finding)
      room -= row.utf8.count
      if room < 0 { return text + "\n\(all.count - index) more findings do not fit here.\n" }
      text += row
    }
    return text
  }

  private static func worstFirst(
    _ boards: [FindingsJSON.BoardFindings]
  ) -> [(finding: Diagnostic, dtb: String?)] {
    let all = boards.flatMap { board in board.findings.map { (finding: $0, dtb: board.dtb) } }
    return Severity.allCases.reversed().flatMap { severity in
      all.filter { $0.finding.severity == severity }
    }
  }

  private static func command(_ finding: Diagnostic, dtb: String?) -> String {
    let level =
      switch finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    var properties: [(String, String)] = []
    switch finding.primary.location {
    case .source(let span):
      properties = [
        ("file", span.file), ("line", String(span.start.line)),
        ("col", String(span.start.column)), ("endLine", String(span.end.line)),
      ]
      // Columns are of one line; GitHub wants no end column where the lines differ.
      if span.end.line == span.start.line {
        properties.append(("endColumn", String(span.end.column)))
      }
    case .tree(let tree): properties = [("file", tree.dtb), ("line", "1")]
    case .input(let name): properties = [("file", dtb ?? name)]
    }
    properties.append(("title", finding.rule.rawValue))
    let stated = properties.map { "\($0.0)=\(property($0.1))" }.joined(separator: ",")
    return "::\(level) \(stated)::\(data(message(finding)))\n"
  }

  private static func message(_ finding: Diagnostic) -> String {
    var place = ""
    if case .tree = finding.primary.location { place = "\(finding.primary.location): " }
    let variant = finding.variant.map { " (variant `\($0)`)" } ?? ""
    let others = finding.related.filter { !$0.text.isEmpty }.map { "\($0.location): \($0.text)" }
    let help = finding.help.map { ["help: \($0)"] } ?? []
    return ([place + finding.message + variant] + others + finding.notes + help)
      .joined(separator: "\n")
  }

  /// `text` as the data of a command: what the runner takes for the end of it is escaped.
  private static func data(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { VisibleText.of($0.replacing("%", with: "%25")) }.joined(separator: "%0A")
  }

  /// `text` as the value of a property, where `:` and `,` end it too.
  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  private static func row(_ finding: Diagnostic) -> String {
    let variant = finding.variant.map { " (variant \($0))" } ?? ""
    let cells = [
      finding.severity.description, finding.rule.rawValue, finding.primary.location.description,
      finding.message + variant,
    ]
    return "| " + cells.map(cell).joined(separator: " | ") + " |\n"
  }

  /// `text` for a cell of a Markdown table: no markup of its own, no end of the cell or line.
  private static func cell(_ text: String) -> String {
    var result = ""
    for character in VisibleText.of(text.replacing("\n", with: " ")) {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "|", "\\", "*", "_", "[", "]", "#", "~", "@", "`":
        result += "&#\(character.asciiValue ?? 0x20);"
      default: result.append(character)
      }
    }
    return result
  }
}
