public import Board
public import Diagnostics
public import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// What is wrong with RAM and command line as they were stated, before any rule.
public struct StatementFindings {
  private let board: Board
  private let compiled: [CompiledVariant]
  private let choice: TargetChoice
  private let stated: VariantChoice
  private let configFile: String?
  private let commandLinePlace: SourceSpan?

  /// The statements about `board` that `compiled` was made with.
  public init(
    board: Board,
    compiled: [CompiledVariant],
    choice: TargetChoice,
    stated: VariantChoice,
    configFile: String?,
    commandLinePlace: SourceSpan? = nil
  ) {
    self.board = board
    self.compiled = compiled
    self.choice = choice
    self.stated = stated
    self.configFile = configFile
    self.commandLinePlace = commandLinePlace
  }

  /// The findings of every variant, each with its name.
  public var all: [Diagnostic] {
    compiled.flatMap { compiled -> [Diagnostic] in
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
      board: board,
      compiled: compiled,
      choice: choice,
      stated: stated,
      configFile: configFile,
      commandLinePlace: commandLinePlace
    )
    .commandLineFindings
  }

  /// The place of a range of RAM: its item in policy, or the option.
  private func place(ofRange index: Int, _ compiled: CompiledVariant) -> Location {
    let name = compiled.variant.name
    guard stated.ram == nil,
      let value = compiled.policy.value[path: ["variants", name]],
      let items = (value["ram"] ?? value).items, items.indices.contains(index)
    else { return .input("--ram") }
    return items[index].location(dtb: board.file)
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
