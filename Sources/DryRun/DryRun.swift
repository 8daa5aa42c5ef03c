public import Layout
import PageAllocator

/// Dry-running the workloads of a layout: what each device will get, and how sure that is.
public enum DryRun {
  /// Judges every device of a layout under every workload that uses it.
  ///
  /// The verdicts are in the order of the workloads, the devices and the constraints; devices that no
  /// workload uses come last. They depend on the layout and the options alone, not on `jobs`.
  ///
  /// - Complexity: O(seeds * (pages + events)).
  public static func run(_ layout: Layout, options: Options = Options()) async -> [Verdict] {
    let model = MachineModel(layout)
    var judge = LayoutJudge(model, options)
    var verdicts: [Verdict] = []
    for workload in layout.workloads {
      verdicts += await judge.judge(workload)
    }
    verdicts += judge.judgeUnused()
    return verdicts
  }
}
