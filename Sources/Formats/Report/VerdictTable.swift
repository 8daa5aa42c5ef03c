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
    let devices = column(\.worst.device, title: "device")
    let workloads = column({ $0.worst.workload ?? "-" }, title: "workload")
    let rams = column({ self.ram($0) }, title: "RAM")
    let head =
      "verdict".padded(to: 10) + "  " + "device".padded(to: devices) + "  "
      + "workload".padded(to: workloads) + "  " + "RAM".padded(to: rams)
    let lines = rows.map { row -> String in
      let cells =
        row.worst.device.padded(to: devices) + "  "
        + (row.worst.workload ?? "-").padded(to: workloads) + "  " + ram(row).padded(to: rams)
      return colored(row.worst.verdict) + "  " + Plain.safe(cells).trimmedEnd + "\n"
        + wrapped(row.worst.text)
    }
    return head.trimmedEnd + "\n" + lines.joined()
  }

  /// The variants of a row: `all` where it holds for each.
  private func ram(_ row: VerdictRow) -> String {
    row.variants.count == variants.count && variants.count > 1
      ? "all" : row.variants.joined(separator: " ")
  }

  private func column(_ value: (VerdictRow) -> String, title: String) -> Int {
    max(rows.map { value($0).count }.max() ?? 0, title.count)
  }

  /// The reason, indented under its row, in lines that fit.
  private func wrapped(_ text: String) -> String {
    let indentation = String(repeating: " ", count: 12)
    var lines: [String] = []
    var line = ""
    for word in Plain.safe(text).split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width - indentation.count {
        lines.append(line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).map { indentation + $0 + "\n" }.joined()
  }

  private func colored(_ judgement: Judgement) -> String {
    let word = judgement.word.padded(to: 10)
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
  /// The text without spaces at its end.
  var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
