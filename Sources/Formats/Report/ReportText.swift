public import Diagnostics
import DryRun
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A report for a person: verdicts first, then what to do, findings, and the memory map.
public struct ReportText {
  let report: Report
  let width: Int
  let decorator: Decorator
  let sources: [String: SourceText]

  /// The text of `report` for a terminal of `width` columns.
  public init(
    _ report: Report,
    width: Int,
    decorator: Decorator,
    sources: [String: SourceText]
  ) {
    self.report = report
    self.width = max(width, 60)
    self.decorator = decorator
    self.sources = sources
  }

  /// The whole report, ending in a line that says what to do next.
  public var text: String {
    ([header, headline, verdicts, advice, findings, maps] + [closing])
      .filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private var header: String {
    let board = report.compatible.first ?? "a board without `compatible`"
    guard let target = report.variants.first?.target else { return board + "\n" }
    let kernel = target.kernel
    let names = report.variants.map(\.variant.name).joined(separator: ", ")
    return """
      \(Plain.safe(board))  (\(Plain.safe(report.file)))
      Linux \(kernel.version) \(kernel.architecture.rawValue), \(kernel.pageSize) pages, \
      CMA granule \(kernel.cmaMinAlignment), IOMMUs \(target.iommu); RAM: \(names)

      """
  }

  /// The first thing to know: how many devices stand how, or that nothing could be judged.
  private var headline: String {
    if report.verdicts.isEmpty {
      return "Nothing was judged: no layer of policy knows a device of this board.\n"
    }
    if report.judgesNothing {
      let why =
        report.variants.allSatisfy { !$0.variant.hasMemory }
        ? "the tree states no RAM; give it with --ram, or as `variants` in a policy"
        : "no workload could be run on this board"
      return "Nothing could be judged: \(why).\n"
    }
    let devices = Dictionary(grouping: report.verdicts, by: \.device)
      .mapValues { $0.map(\.verdict).min() ?? .unknown }
    let counts = Judgement.allCases.compactMap { judgement -> String? in
      let count = devices.values.count { $0 == judgement }
      return count == 0 ? nil : "\(count) \(judgement.word)"
    }
    return "\(devices.count) devices: " + counts.joined(separator: ", ") + "\n"
  }

  private var verdicts: String {
    VerdictTable(
      rows: VerdictRow.rows(report.verdicts),
      variants: report.variants.map(\.variant.name),
      width: width,
      decorator: decorator
    ).text
  }

  private var advice: String {
    Advice(report).text
  }

  /// Errors and warnings in full; notes are counted.
  private var findings: String {
    let shown = report.findings.filter { $0.severity > .note }
    let notes = report.findings.count - shown.count
    guard !report.findings.isEmpty else { return "" }
    let text = HumanRenderer(sources: sources, decorator: decorator, width: width).render(shown)
    let plural = notes == 1 ? "1 note" : "\(notes) notes"
    return text
      + (notes == 0 ? "" : (shown.isEmpty ? "" : "\n") + "\(plural): see `dmaplan check`\n")
  }

  /// The map of each variant; variants whose maps are drawn the same share one.
  private var maps: String {
    var drawn: [(names: [String], text: String)] = []
    for variant in report.variants {
      guard let layout = variant.layout else { continue }
      let text = MemoryMapText.text(layout, options: MemoryMapText.Options(width: width))
      if let place = drawn.firstIndex(where: { $0.text == text }) {
        drawn[place].names.append(variant.variant.name)
      } else {
        drawn.append(([variant.variant.name], text))
      }
    }
    return drawn.map { "Memory map, \($0.names.joined(separator: ", "))\n\n\($0.text)" }
      .joined(separator: "\n")
  }

  private var closing: String {
    let errors = report.findings.count { $0.severity == .error }
    let unmet = report.verdicts.contains { $0.verdict == .notMet }
    if errors > 0 {
      return "Next: mend the \(errors == 1 ? "error" : "\(errors) errors") above.\n"
    }
    if unmet {
      return "Next: put what is said under `What to do` into a policy, and give it with --policy.\n"
    }
    if report.judgesNothing {
      return "Next: dmaplan \(Plain.safe(report.file)) --ram 0x4000_0000..+1GiB\n"
    }
    if report.hasUnmetConstraints {
      return "Next: dmaplan stress \(Plain.safe(report.file)) for more seeds where it is at risk.\n"
    }
    return "Next: dmaplan compile \(Plain.safe(report.file)) -o DIR writes the layout.\n"
  }
}

/// Text from outside, made safe for a terminal.
enum Plain {
  /// `text` with control characters written as escapes.
  static func safe(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
      {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
}
