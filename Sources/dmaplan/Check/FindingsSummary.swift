import Diagnostics
import Formats

/// What stands below the findings: how many there are, of many boards which rules fired, and what
/// to do next.
struct FindingsSummary {
  private let list: BoardList
  private var boards = 0
  private var accepted = 0
  /// Findings by severity, the same said of several boards counted once.
  private var totals: [Severity: Int] = [:]
  private var ofRule: [RuleID: Row] = [:]
  private var said: Set<Diagnostic> = []
  private var fixes = 0
  private var worstRule: (severity: Severity, rule: RuleID)?

  /// A line of the table.
  private struct Row {
    var counts: [Severity: Int] = [:]
    var boards = 0
  }

  init(_ list: BoardList) { self.list = list }

  /// The worst severity there is.
  var worst: Severity? { totals.keys.max() }

  /// Whether any board could be checked.
  var hasBoards: Bool { boards > 0 }

  /// Counts the findings of a board, or of the policy files.
  mutating func count(_ board: FindingsJSON.BoardFindings) {
    if board.dtb != nil { boards += 1 }
    accepted += board.accepted.count
    let isAlone = list.requests.count == 1
    for finding in board.findings where isAlone || said.insert(finding).inserted {
      totals[finding.severity, default: 0] += 1
      ofRule[finding.rule, default: Row()].counts[finding.severity, default: 0] += 1
      if finding.fix?.applicability == .safe { fixes += 1 }
      if worstRule.map({ $0.severity < finding.severity }) ?? true {
        worstRule = (finding.severity, finding.rule)
      }
    }
    if board.dtb != nil {
      for rule in Set(board.findings.map(\.rule)) { ofRule[rule, default: Row()].boards += 1 }
    }
  }

  func text(width: Int) -> String {
    (boards > 1 && !ofRule.isEmpty ? table : "") + total + skipped + next
  }

  private var total: String {
    let words = Severity.allCases.reversed().compactMap { severity in
      totals[severity].map { "\($0) \(severity)\($0 == 1 ? "" : "s")" }
    }
    return (words.isEmpty ? "no findings" : words.joined(separator: ", "))
      + (boards > 1 ? " on \(boards) boards" : "")
      + (accepted > 0 ? ", \(accepted) accepted by policy" : "") + "\n"
  }

  private var skipped: String {
    list.skippedOverlays > 0
      ? "\(list.skippedOverlays) *.dtbo skipped: an overlay is no board\n" : ""
  }

  /// The last line: what to do now.
  private var next: String {
    if fixes > 0 {
      return "next: `--fix` mends \(fixes == 1 ? "one" : "\(fixes)") of them in the policy files\n"
    }
    guard let worstRule else { return "" }
    return "next: `dmaplan explain \(worstRule.rule)` says what is wrong and what is right\n"
  }

  /// A line for each rule: how many errors, warnings and notes, and on how many boards.
  private var table: String {
    let header = ["rule", "errors", "warnings", "notes", "boards"]
    let order = Severity.allCases.reversed()
    let rows = ofRule.sorted { first, second in
      let counts = order.map { (first.value.counts[$0] ?? 0, second.value.counts[$0] ?? 0) }
      if let differing = counts.first(where: { $0.0 != $0.1 }) { return differing.0 > differing.1 }
      return first.key < second.key
    }
    .map { rule, row in
      [rule.rawValue] + order.map { String(row.counts[$0] ?? 0) } + [String(row.boards)]
    }
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    return ([header] + rows).map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }
      .joined(separator: "  ") + "\n"
    }
    .joined() + "\n"
  }
}
