import Diagnostics
import DryRun
import Formats
import Layout

/// What is to be dry-run: a layout that was written earlier, or the variants of a board.
struct StressSubject {
  /// The layouts, one for each variant that has one.
  let layouts: [Layout]
  /// The verdicts on variants that have none.
  let unjudged: [DryRun.Verdict]
  /// What is wrong with the board and its policy; nothing for a layout.
  let findings: [Diagnostic]

  init(_ input: String, _ pipeline: Pipeline, workload: String? = nil) throws {
    var layouts: [Layout] = []
    var unjudged: [DryRun.Verdict] = []
    if input.hasSuffix(".json") {
      layouts = [try LayoutInput.layout(input)]
      findings = []
    } else {
      let compilation = try pipeline.compile(input)
      for variant in compilation.variants {
        if let layout = variant.layout {
          layouts.append(layout)
        } else {
          unjudged += DryRun.unjudged(
            devices: variant.devices.map(\.device),
            variant: variant.variant.name
          )
        }
      }
      findings = pipeline.findings(compilation)
    }
    if let workload {
      let known = Set(layouts.flatMap { $0.workloads.map(\.name) }).sorted()
      guard known.contains(workload) else {
        throw RunError.input(
          "\(input) has no workload `\(workload)`"
            + (known.isEmpty ? "; it has none" : "; there are " + known.joined(separator: ", "))
        )
      }
      for index in layouts.indices {
        layouts[index].workloads.removeAll { $0.name != workload }
      }
    }
    self.layouts = layouts
    self.unjudged = unjudged
  }

  /// What each device will get.
  func verdicts(_ dryRun: DryRun.Options, _ options: SharedOptions) async -> [DryRun.Verdict] {
    let workloads = layouts.reduce(0) { $0 + $1.workloads.count }
    let meter = options.meter("dry-run", total: workloads * Int(dryRun.looks.first ?? 0))
    defer { meter?.finish() }
    var verdicts: [DryRun.Verdict] = []
    for layout in layouts {
      verdicts += await DryRun.run(layout, options: dryRun) { meter?.advance() }
    }
    return verdicts + unjudged
  }
}
