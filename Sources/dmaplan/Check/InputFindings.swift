import Board
import Diagnostics
import Formats
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// What is wrong with RAM and command line as they were stated, before any rule.
struct InputFindings {
  private let compilation: Compilation

  init(_ compilation: Compilation) { self.compilation = compilation }

  /// The findings of every variant, each with its name.
  var all: [Diagnostic] {
    compilation.variants.flatMap { compiled -> [Diagnostic] in
      let found = ram(compiled) + commandLine(compiled)
      return found.map { finding in
        var finding = finding
        finding.variant = compiled.variant.name
        return finding
      }
    }
  }

  private func commandLine(_ compiled: CompiledVariant) -> [Diagnostic] {
    if compiled.target.commandLine.isEmpty, compiled.target.kernel.config.commandLine.isEmpty {
      return []
    }
    return EffectiveSettings(
      board: compilation.board,
      compiled: compiled,
      choice: compilation.request.target,
      stated: compilation.request.variants,
      configFile: compilation.request.configFile,
      commandLinePlace: compilation.request.commandLinePlace
    )
    .commandLineFindings
  }

  /// The place of a range of RAM: its item in policy, or the option.
  private func place(ofRange index: Int, _ compiled: CompiledVariant) -> Location {
    let name = compiled.variant.name
    guard compilation.request.variants.ram == nil,
      let value = compiled.policy.value[path: ["variants", name]],
      let items = (value["ram"] ?? value).items, items.indices.contains(index)
    else { return .input("--ram") }
    return items[index].location(dtb: compilation.board.file)
  }

  private func ram(_ compiled: CompiledVariant) -> [Diagnostic] {
    guard let ranges = compiled.variant.ram, ranges.count > 1 else { return [] }
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
            at: Label(place(ofRange: second, compiled), ranges[second].description),
            related: [Label(place(ofRange: first, compiled), ranges[first].description)],
            notes: ["Linux merges them, so that the board seems to have less RAM than was meant"],
            help: "let the second begin at \(ranges[first].end) or later"
          )
        )
      }
    }
    return findings
  }
}
