import Diagnostics
import DryRun
import Formats
import Layout

/// What is to be dry-run: a layout that was written earlier, or the variants of a board.
struct StressSubject {
  /// What names it where there are several.
  let title: String
  /// The layouts, one for each variant that has one.
  let layouts: [Layout]
  /// The verdicts on variants that have none.
  let unjudged: [DryRun.Verdict]
  /// What is wrong with the board and its policy; nothing for a layout.
  let findings: [Diagnostic]

  /// Every workload that there is, the one that was asked for or not.
  let known: Set<String>

  /// The layout or board at `input`, with all its workloads or one of them, which it has.
  init(_ input: String, _ pipeline: Pipeline, workload: String? = nil) throws {
    try self.init(StressList.Input(input, pipeline), pipeline, workload: workload)
    if let workload, !layouts.isEmpty { try Self.require(workload, of: known, in: title) }
  }

  /// A layout or board, with all its workloads or one of them, should it have it.
  init(_ input: StressList.Input, _ pipeline: Pipeline, workload: String?) throws {
    title = input.title
    let all: [Layout]
    switch input {
    case .layout(let file):
      all = [try LayoutInput.layout(file)]
      unjudged = []
      findings = []
    case .board(let request):
      let compilation = try pipeline.compile(request)
      all = compilation.variants.compactMap(\.layout)
      unjudged = compilation.variants.filter { $0.layout == nil }.flatMap(DryRun.unjudged)
      findings = pipeline.findings(compilation)
    }
    known = Set(all.flatMap { $0.workloads.map(\.name) })
    layouts = all.with(only: workload)
  }

  /// An error where `known` has no workload of this name.
  static func require(_ workload: String, of known: Set<String>, in title: String) throws {
    guard !known.contains(workload) else { return }
    throw RunError.input(
      "there is no workload `\(workload)` in \(title)"
        + (known.isEmpty ? "" : "; there are " + known.sorted().joined(separator: ", "))
    )
  }

  /// How many workloads there are to run, on all variants.
  var workloads: Int { layouts.reduce(0) { $0 + $1.workloads.count } }

  /// Whether there is neither a workload nor a device to judge.
  var isEmpty: Bool { workloads == 0 && unjudged.isEmpty }

  /// What each device will get.
  func verdicts(
    _ dryRun: DryRun.Options,
    afterRun: @escaping DryRun.AfterRun
  ) async -> [DryRun.Verdict] {
    var verdicts: [DryRun.Verdict] = []
    for layout in layouts {
      verdicts += await DryRun.run(layout, options: dryRun, afterRun: afterRun)
    }
    return verdicts + unjudged
  }
}

extension [Layout] {
  /// The layouts with this workload alone; as they are where none is named.
  fileprivate func with(only workload: String?) -> [Layout] {
    guard let workload else { return self }
    return map { layout in
      var layout = layout
      layout.workloads.removeAll { $0.name != workload }
      return layout
    }
  }
}
