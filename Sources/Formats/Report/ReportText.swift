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
  public var text: String { VisibleText.lines(of: written, decorator) }

  private var written: String {
    ([header, headline, verdicts, advice, findings, maps] + [closing])
      .filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private var header: String {
    let board = report.compatible.first ?? "a board without `compatible`"
    guard let target = report.variants.first?.target else { return board + "\n" }
    let kernel = target.kernel
    let version =
      kernel.version.isModelled
      ? "\(kernel.version)"
      : "\(kernel.version) (not modelled: the rules of \(kernel.version.nearestModelled))"
    let names = report.variants.map(\.variant.name).joined(separator: ", ")
    return """
      \(Plain.safe(board))  (\(Plain.safe(report.file)))
      Linux \(version) \(kernel.architecture.rawValue), \(kernel.pageSize) pages, \
      CMA granule \(kernel.cmaMinAlignment), IOMMUs \(target.iommu); RAM: \(names)

      """ + settings
  }

  /// Where the default area and the words of the command line come from.
  private var settings: String {
    report.settings.filter { ["default-cma", "mem", "memmap", "crashkernel"].contains($0.name) }
      .map { setting in
        let place = Plain.safe(setting.effective.place.description)
        let name = setting.name == "default-cma" ? "default CMA" : setting.name
        return "\(name) \(Plain.safe(setting.effective.value)) (\(place))"
          .wrapped(width: width, indentation: 0, hanging: 2)
      }
      .joined()
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
    let unknown =
      report.variants.contains { !$0.variant.hasMemory }
      ? "No RAM is stated, so whatever depends on it could not be judged.\n" : ""
    let noun = devices.count == 1 ? "device" : "devices"
    return unknown + "\(devices.count) \(noun): " + counts.joined(separator: ", ") + "\n"
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
    Advice(report, width: width).text
  }

  /// Errors and warnings in full; notes are counted.
  private var findings: String {
    // That buffers are too many for their pool is what the verdicts above are about.
    let findings = report.findings.filter { $0.rule != "buffer-exceeds-pool" }
    let shown = findings.filter { $0.severity > .note }
    let notes = findings.count - shown.count
    guard !report.findings.isEmpty else { return "" }
    let text = HumanRenderer(sources: sources, decorator: decorator, width: width).render(shown)
    let plural = notes == 1 ? "1 note" : "\(notes) notes"
    return text
      + (notes == 0 ? "" : (shown.isEmpty ? "" : "\n") + "\(plural): see `dmaplan check`\n")
  }

  /// A map for each set of variants that have the same regions at the same places.
  private var maps: String {
    var drawn: [(names: [String], layout: Layout)] = []
    for layout in report.variants.compactMap(\.layout) {
      if let place = drawn.firstIndex(where: { $0.layout.regions == layout.regions }) {
        drawn[place].names.append(layout.variant)
      } else {
        drawn.append(([layout.variant], layout))
      }
    }
    return drawn.map { names, layout in
      let same = names.dropFirst()
      let note = same.isEmpty ? "" : " (\(same.joined(separator: ", ")): the same regions)"
      return "Memory map of \(names[0])\(note)\n\n"
        + MemoryMapText.text(layout, options: MemoryMapText.Options(width: width))
    }
    .joined(separator: "\n")
  }

  private var closing: String {
    let errors = report.findings.count { $0.severity == .error }
    let unmet = report.verdicts.contains { $0.verdict == .notMet }
    if errors > 0 {
      return "Next: mend the \(errors == 1 ? "error" : "\(errors) errors") above.\n"
    }
    if unmet {
      return "Next: put the layer under `What to do` into a file, and give it with --policy.\n"
    }
    if !report.variants.contains(where: { $0.variant.hasMemory }) {
      return "Next: say how much RAM there is: dmaplan \(ShellWord.of(report.file)) "
        + "--ram START..+SIZE\n"
    }
    if report.hasUnmetConstraints {
      return "Next: dmaplan stress \(ShellWord.of(report.file)) "
        + "for more seeds where it is at risk.\n"
    }
    return "Next: dmaplan compile \(ShellWord.of(report.file)) -o DIR writes the layout.\n"
  }
}

/// Text from outside, made safe for a terminal.
enum Plain {
  /// `text` with what acts on a terminal, breaks a line or turns text around written as escapes.
  static func safe(_ text: String) -> String { VisibleText.of(text) }

  /// ASCII alone, so that columns are characters and nothing acts on a terminal.
  static func ascii(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if (0x20..<0x7f).contains(scalar.value) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      }
    }
  }
}
