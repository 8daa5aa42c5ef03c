public import Diagnostics
public import DryRun
public import Layout

/// Everything that a run found out about one board.
public struct Report: Sendable {
  /// The DTB as it was named.
  public let file: String
  /// The root's `compatible` list.
  public let compatible: [String]
  /// The variants with their layouts.
  public let variants: [CompiledVariant]
  /// The findings in the order in which they are shown.
  public let findings: [Diagnostic]
  /// The verdicts of all variants.
  public let verdicts: [DryRun.Verdict]
  /// The settings of the first variant, for the report's head.
  public let settings: [Setting]
  /// One run of each workload over its time, for drawing; none where nothing is drawn.
  public let timelines: [DryRun.Timeline]

  /// Why the layer that the report suggests has no place, for each variant where it has none.
  public var suggestionFaults: [String] = []

  /// A report of these parts.
  public init(
    file: String,
    compatible: [String],
    variants: [CompiledVariant],
    findings: [Diagnostic],
    verdicts: [DryRun.Verdict],
    settings: [Setting] = [],
    timelines: [DryRun.Timeline] = []
  ) {
    self.file = file
    self.compatible = compatible
    self.variants = variants
    self.findings = findings
    self.verdicts = verdicts
    self.settings = settings
    self.timelines = timelines
  }

  /// Whether something is not as it should be: a verdict `not-met` or `at-risk`.
  public var hasUnmetConstraints: Bool {
    verdicts.contains(where: \.verdict.isUnmet)
  }

  /// Whether nothing could be judged.
  public var judgesNothing: Bool { verdicts.allSatisfy { $0.verdict == .unknown } }

  /// A layer of policy that makes the pools big enough which are too small; nil where none is.
  public var suggestedLayer: String? { Advice(self, width: 80).suggestedLayer }
}
