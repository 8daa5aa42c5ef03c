import Diagnostics
import DryRun

/// The table of devices with their verdicts.
struct VerdictTable {
  let rows: [VerdictRow]
  /// All variants, in their order.
  let variants: [String]
  let width: Int
  let decorator: Decorator

  var text: String {
    guard !rows.isEmpty else { return "" }
    let cells = [Cells(title)] + rows.map { Cells(columns($0)) }
    let widths = (0..<4).map { column in cells.map { $0.texts[column].count }.max() ?? 0 }
    return zip(cells, [nil] + rows.map(Optional.some)).map { line, row in
      self.line(line, row, widths) + (row.map(facts) ?? "")
    }
    .joined()
  }

  /// The texts of a line; the first is the verdict's word.
  private struct Cells {
    let texts: [String]
    init(_ texts: [String]) { self.texts = texts.map(Plain.safe) }
  }

  private var title: [String] { ["verdict", "device", "workload", "RAM", "how sure"] }

  private func columns(_ row: VerdictRow) -> [String] {
    [
      row.worst.verdict.word, row.device, row.worst.workload ?? "-", ram(row), row.worst.evidence,
    ]
  }

  private func line(_ cells: Cells, _ row: VerdictRow?, _ widths: [Int]) -> String {
    let first = cells.texts[0].padded(to: widths[0])
    let rest = (1..<4).map { cells.texts[$0].padded(to: widths[$0]) }.joined(separator: "  ")
    let start = (row.map { colored(first, $0.worst.verdict) } ?? first) + "  "
    let whole = widths.reduce(0, +) + 8 + cells.texts[4].count
    if whole <= width { return (start + rest + "  " + cells.texts[4]).trimmedEnd + "\n" }
    return (start + rest).trimmedEnd + "\n"
      + (row == nil ? "" : wrapped(cells.texts[4]))
  }

  /// Why a verdict is not simply good, under its row.
  private func facts(_ row: VerdictRow) -> String {
    let facts = row.worst.facts
    guard !facts.isEmpty, row.worst.verdict != .notNeeded else { return "" }
    let of = row.factsDiffer && row.variants.count > 1 ? "on \(row.worst.variant): " : ""
    return wrapped("\(row.worst.constraint.rawValue): \(of)\(facts)")
  }

  /// The variants of a row: `all` where it holds for each.
  private func ram(_ row: VerdictRow) -> String {
    row.variants.count == variants.count && variants.count > 1
      ? "all" : row.variants.joined(separator: " ")
  }

  /// A text indented under its row, in lines that fit.
  private func wrapped(_ text: String) -> String {
    text.wrapped(width: width, indentation: 12)
  }

  private func colored(_ word: String, _ judgement: Judgement) -> String {
    guard decorator == .ansi else { return word }
    let code =
      switch judgement {
      case .notMet: "31;1"
      case .atRisk: "33;1"
      case .unknown: "35"
      case .met: "32"
      case .notNeeded: "2"
      }
    return "\u{1B}[\(code)m\(word)\u{1B}[0m"
  }
}

extension String {
  /// The words of the text in lines of at most `width` characters, each indented and ended.
  func wrapped(width: Int, indentation: Int, hanging: Int = 0) -> String {
    var lines: [String] = []
    var line = ""
    for word in Plain.safe(self).split(separator: " ") {
      let used = indentation + (lines.isEmpty ? 0 : hanging) + line.count + 1 + word.count
      if !line.isEmpty, used > width {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).enumerated().map { number, line in
      String(repeating: " ", count: indentation + (number == 0 ? 0 : hanging)) + line + "\n"
    }
    .joined()
  }

  /// The text without spaces at its end.
  var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
