import Diagnostics
import Formats

/// What stands below the findings: how many there are, and of many boards which rules fired.
struct FindingsSummary {
  private let boards: [FindingsJSON.BoardFindings]
  private let findings: [Diagnostic]
  private let trees: TreeList

  init(_ boards: [FindingsJSON.BoardFindings], _ findings: [Diagnostic], _ trees: TreeList) {
    self.boards = boards.filter { $0.dtb != nil }
    self.findings = findings
    self.trees = trees
  }

  var text: String {
    (boards.count > 1 && !findings.isEmpty ? table : "") + total + skipped
  }

  private var total: String {
    let counts = Severity.allCases.reversed().map { severity in
      (severity, findings.count { $0.severity == severity })
    }
    let words = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)\($0.1 == 1 ? "" : "s")" }
    let accepted = boards.reduce(0) { $0 + $1.accepted.count }
    return (words.isEmpty ? "no findings" : words.joined(separator: ", "))
      + (boards.count > 1 ? " on \(boards.count) boards" : "")
      + (accepted > 0 ? ", \(accepted) accepted by policy" : "") + "\n"
  }

  private var skipped: String {
    trees.skippedOverlays > 0
      ? "\(trees.skippedOverlays) *.dtbo skipped: an overlay is no board\n" : ""
  }

  /// A line for each rule: how many errors, warnings and notes, and on how many boards.
  private var table: String {
    var counts: [RuleID: [Int]] = [:]
    for finding in findings {
      counts[finding.rule, default: [0, 0, 0]][2 - finding.severity.rawValue] += 1
    }
    var onBoards: [RuleID: Int] = [:]
    for board in boards {
      for rule in Set(board.findings.map(\.rule)) { onBoards[rule, default: 0] += 1 }
    }
    let header = ["rule", "errors", "warnings", "notes", "boards"]
    let rows = counts.sorted {
      ($1.value[0], $1.value[1], $0.key) < ($0.value[0], $0.value[1], $1.key)
    }
    .map { [$0.key.rawValue] + $0.value.map(String.init) + [String(onBoards[$0.key] ?? 0)] }
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    return "\n"
      + ([header] + rows).map { row in
        row.enumerated().map { column, cell in
          let padding = String(repeating: " ", count: widths[column] - cell.count)
          return column == 0 ? cell + padding : padding + cell
        }
        .joined(separator: "  ") + "\n"
      }
      .joined() + "\n"
  }
}
