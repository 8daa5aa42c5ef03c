import Diagnostics
import DryRun
import Formats
import Layout
import PhysicalMemory

/// What the command does with a layout that was written earlier.
struct LayoutJob {
  let layout: Layout

  /// Whether a dry-run takes no longer than a fuzzer has time for.
  static func isSmall(_ layout: Layout) -> Bool {
    let ram = layout.banks.reduce(UInt64(0)) { sum, bank in
      let (total, overflow) = sum.addingReportingOverflow(bank.size.rawValue)
      return overflow ? .max : total
    }
    return ram <= 128 << 20
  }

  /// A layout that was written is read back as what it was.
  static func requireReadBack(_ layout: Layout) {
    let text = LayoutJSON.value(layout).text
    Output.requireJSON(text, "a layout")
    let read = LayoutJSON.read(bytes: Array(text.utf8), file: "layout.json")
    Harness.require(read.layout != nil, "a layout is not read back: \(read.diagnostics)\n\(text)")
    Harness.require(read.layout == layout, "a layout is read back as another:\n\(text)")
  }

  /// `map`, `diff`, `stress`, `compare` and what `compile` writes of a layout alone.
  func run(_ choice: UInt8) throws {
    Self.requireReadBack(layout)
    for scale in [MapScale.linear, .log] {
      let options = MemoryMapText.Options(width: 80, scale: scale, decorator: .plain)
      let text = MemoryMapText.text(layout, options: options)
      Output.requireVisible(text, "map")
      try Console.output(text)
      let svg = MemoryMapSVG.text(layout, scale: scale)
      Output.requireXML(svg, "SVG")
      try Console.output(svg)
    }
    try Console.output(UBootEnvironment(layout).text)
    for carrier in [DefaultPoolCarrier.deviceTree, .commandLine, .kernelConfig] {
      try Console.output(KernelConfigFragment.text(layout, via: carrier))
    }
    Harness.require(
      LayoutDiff(from: layout, to: layout).isEmpty,
      "a layout differs from itself"
    )
    try diff(LayoutJob.known)
    if Self.isSmall(layout) { try dryRun(choice) }
  }

  private static let known: Layout = {
    let bytes = Files.fixtureBytes("layout.json")
    guard let layout = LayoutJSON.read(bytes: bytes, file: "layout.json").layout else {
      Harness.stop("the fixture is no layout")
    }
    return layout
  }()

  private func diff(_ other: Layout) throws {
    for (one, two) in [(layout, other), (other, layout)] {
      let diffs = LayoutDiffs([.init(one.variant, LayoutDiff(from: one, to: two))])
      Output.requireVisible(diffs.text, "diff")
      Output.requireJSON(diffs.value.text, "diff as JSON")
      try Console.output(diffs.text)
    }
  }

  private func dryRun(_ choice: UInt8) throws {
    var options = DryRun.Options()
    options.looks = [1]
    options.firstSeed = UInt64(choice)
    let limited = options
    let layout = self.layout
    if choice % 4 == 3 {
      let comparisons = InProcess.waitFor {
        await DryRun.compare(
          layout,
          strategies: DryRun.ComparedStrategy.allCases,
          options: limited
        ) {}
      }
      let text = ComparisonText(comparisons, width: 80).text
      Output.requireVisible(text, "compare")
      Output.requireJSON(ComparisonJSON.value(comparisons).text, "compare as JSON")
      try Console.output(text)
      return
    }
    let verdicts = InProcess.waitFor { await DryRun.run(layout, options: limited) }
    let text = VerdictsText(verdicts, width: 80, decorator: .plain).text
    Output.requireVisible(text, "verdicts")
    try Console.output(text)
    Output.requireJSON(VerdictsJSON.value(verdicts).text, "verdicts as JSON")
  }
}
