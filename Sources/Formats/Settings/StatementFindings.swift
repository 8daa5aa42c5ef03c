import Board
public import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// What is wrong with RAM and command line as they were stated, before any rule.
public struct StatementFindings {
  private let settings: [EffectiveSettings]

  /// The statements that decided the settings of each variant.
  public init(_ settings: [EffectiveSettings]) { self.settings = settings }

  /// The findings of every variant, each with its name.
  public var all: [Diagnostic] {
    settings.flatMap { settings -> [Diagnostic] in
      let found = ram(settings) + commandLine(settings)
      return found.map { finding in
        var finding = finding
        finding.variant = settings.compiled.variant.name
        return finding
      }
    }
  }

  private func commandLine(_ settings: EffectiveSettings) -> [Diagnostic] {
    let target = settings.compiled.target
    if target.commandLine.isEmpty, target.kernel.config.commandLine.isEmpty { return [] }
    return settings.commandLineFindings
  }

  /// The place of a range of RAM: its item in policy, or the option.
  private func place(ofRange index: Int, _ settings: EffectiveSettings) -> Location {
    let name = settings.compiled.variant.name
    guard settings.stated.ram == nil,
      let value = settings.compiled.policy.value[path: ["variants", name]],
      let items = (value["ram"] ?? value).items, items.indices.contains(index)
    else { return .input("--ram") }
    return items[index].location(dtb: settings.board.file)
  }

  private func ram(_ settings: EffectiveSettings) -> [Diagnostic] {
    guard let ranges = settings.compiled.variant.ram, ranges.count > 1 else { return [] }
    var findings: [Diagnostic] = []
    var highest: Int?
    // Each against the one before it that reaches farthest, so that many ranges take little time.
    for second in ranges.indices.sorted(by: { (ranges[$0].start, $0) < (ranges[$1].start, $1) }) {
      defer {
        if highest.map({ ranges[$0].end < ranges[second].end }) ?? true { highest = second }
      }
      if let first = highest, let both = ranges[first].intersection(ranges[second]), !both.isEmpty {
        findings.append(
          Diagnostic(
            "ram-overlaps",
            .error,
            "two ranges of RAM overlap by \(both.size.approximate)",
            at: Label(place(ofRange: second, settings), ranges[second].description),
            related: [Label(place(ofRange: first, settings), ranges[first].description)],
            notes: ["Linux merges them, so that the board seems to have less RAM than was meant"],
            help: "let the second begin at \(ranges[first].end) or later"
          )
        )
      }
    }
    return findings
  }
}
