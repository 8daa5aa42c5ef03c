/// What layers, variants and waivers come to on a board.
public enum LayerFindings {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    LayersConflict.self,
    VariantWithoutRAM.self,
    RAMNotAVariant.self,
    QuirkUnmatched.self,
    RuleUnknown.self,
    RuleWithoutThreshold.self,
    WaiverExpired.self,
    WaiverUnused.self,
    WaiverWithoutReason.self,
  ]
}

/// Two layers of equal rank set one key to different values.
///
/// Neither is more specific, both are of one origin, and the order of files never decides. So it is, too, where one
/// sets or removes what the other appends to, or removes what the other fills.
///
/// Bad: two quirks for one board with `size: 64MiB` and `size: 96MiB`. Good: one of them, or `override: true` in the
/// one that is to win.
///
/// Source: the policy format: who wins.
enum LayersConflict: FindingKind {
  static let id: RuleID = "layers-conflict"
  static let severity = Severity.error
  static let isSetByPolicy = true
}

/// A RAM variant states no RAM.
///
/// Bad: `variants: {1g: []}`. Good: `variants: {1g: [0x4000_0000..+1GiB]}`.
///
/// Source: the policy format.
enum VariantWithoutRAM: FindingKind {
  static let id: RuleID = "variant-without-ram"
  static let severity = Severity.error
  static let isSetByPolicy = true
}

/// The RAM that the tree states is none of the variants of policy.
///
/// The variants replace it. Many trees state a placeholder that the boot loader overwrites.
///
/// Bad: a tree with 512 MiB, and variants of 1 GiB and 2 GiB, where boards with 512 MiB exist. Good: a variant for
/// each board that is sold.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_memory`.
enum RAMNotAVariant: FindingKind {
  static let id: RuleID = "ram-not-a-variant"
  static let severity = Severity.note
  static let isSetByPolicy = true
}

/// A quirk is for none of the boards of a run over a folder or a list.
///
/// Its `match` is misspelt, or its board is gone.
///
/// Bad: `match: {compatible: "vendor,bord"}`. Good: the string as the root of the tree has it.
///
/// Source: policy's own rule.
enum QuirkUnmatched: FindingKind {
  static let id: RuleID = "quirk-unmatched"
  static let severity = Severity.warning
}

/// `rules:` names a rule that there is not, or one whose severity is fixed.
///
/// Mistakes in policy files have a fixed severity: a file can not excuse itself.
///
/// Bad: `rules: {region-overlap: note}`. Good: `rules: {regions-overlap: note}`.
///
/// Source: policy's own rule; a finding has its id in brackets.
enum RuleUnknown: FindingKind {
  static let id: RuleID = "rule-unknown"
  static let severity = Severity.error
}

/// `rules:` sets a limit for a rule that has none.
///
/// Bad: `rules: {regions-overlap: {threshold: 50%}}`. Good:
/// `rules: {pool-takes-most-of-ram: {threshold: 60%}}`.
///
/// Source: policy's own rule.
enum RuleWithoutThreshold: FindingKind {
  static let id: RuleID = "rule-without-threshold"
  static let severity = Severity.error
}

/// The day until which a finding was accepted has passed.
///
/// It is found again from the next day on.
///
/// Bad: `until: 2020-01-31`. Good: a look at the finding, then a new day or no waiver.
///
/// Source: policy's own rule; the day is that of `--today`, `SOURCE_DATE_EPOCH` or the clock.
enum WaiverExpired: FindingKind {
  static let id: RuleID = "waiver-expired"
  static let severity = Severity.warning
  static let isSetByPolicy = true
}

/// A waiver matches no finding.
///
/// It would hide the next one that is like it.
///
/// Bad: a waiver of a finding that was mended. Good: no waiver.
///
/// Source: policy's own rule.
enum WaiverUnused: FindingKind {
  static let id: RuleID = "waiver-unused"
  static let severity = Severity.warning
  static let isSetByPolicy = true
}

/// A waiver does not say why the finding is accepted, so it does not hold.
///
/// Bad: `waive: [{rule: regions-overlap}]`. Good: `why: the firmware shares the buffer`.
///
/// Source: policy's own rule.
enum WaiverWithoutReason: FindingKind {
  static let id: RuleID = "waiver-without-reason"
  static let severity = Severity.error
  static let isSetByPolicy = true
}
