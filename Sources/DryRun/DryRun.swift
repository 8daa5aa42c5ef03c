public import Layout
import PageAllocator

/// Dry-running the workloads of a layout: what each device will get, and how sure that is.
public enum DryRun {
  /// What is told that one more run is finished.
  public typealias AfterRun = @Sendable () -> Void

  /// Judges every device of a layout under every workload that uses it.
  ///
  /// The verdicts are in the order of the workloads, the devices and the constraints; devices that no
  /// workload uses come last. They depend on the layout and the options alone, not on `jobs`.
  ///
  /// `afterRun` is called after each run of a seed, for a progress bar.
  ///
  /// - Complexity: O(seeds * (pages + events)).
  public static func run(
    _ layout: Layout,
    options: Options = Options(),
    afterRun: @escaping AfterRun = {}
  ) async -> [Verdict] {
    let verdicts = await judge(layout, options, afterRun)
    let unproven = layout.devices.filter(\.isAttachmentUnproven).map(\.name)
    guard !unproven.isEmpty else { return verdicts }
    var once = options
    once.untilSure = false
    let without = await judge(layout.unattached(unproven), once, afterRun)
    return verdicts.map { verdict in
      guard unproven.contains(verdict.device) else { return verdict }
      var verdict = verdict
      verdict.unattached =
        without.first {
          $0.device == verdict.device && $0.workload == verdict.workload
            && $0.constraint == verdict.constraint
        }?
        .verdict
      return verdict
    }
  }

  private static func judge(
    _ layout: Layout,
    _ options: Options,
    _ afterRun: @escaping AfterRun
  ) async -> [Verdict] {
    var judge = LayoutJudge(MachineModel(layout), options, afterRun)
    var verdicts: [Verdict] = []
    for workload in layout.workloads {
      verdicts += await judge.judge(workload)
    }
    return verdicts + judge.judgeUnused()
  }

  /// How a device stands: the worst of its constraints; nil where `verdicts` has none of it.
  ///
  /// - Complexity: O(verdicts).
  public static func worst(_ verdicts: [Verdict], of device: String) -> Judgement? {
    verdicts.filter { $0.device == device }.map(\.verdict).min()
  }
}
