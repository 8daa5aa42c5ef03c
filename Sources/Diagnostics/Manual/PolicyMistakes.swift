/// Mistakes in a layer of policy.
public enum PolicyMistakes {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    UnknownKey.self,
    BadValue.self,
    WrongType.self,
    VersionMissing.self,
    VersionUnknown.self,
    NameMissing.self,
    LayerNameTaken.self,
    WhyMissing.self,
    MatchEmpty.self,
  ]
}

/// A layer has a key that the format does not know.
///
/// It would have no effect, which is worse than an error: most are misspelt.
///
/// Bad: `sizze: 96MiB`. Good: `size: 96MiB`.
///
/// Source: the policy format; `dmaplan schema` prints all keys.
enum UnknownKey: FindingKind {
  static let id: RuleID = "unknown-key"
  static let severity = Severity.error
}

/// A value is not what its key wants.
///
/// Numbers are whole, sizes have binary units without a space, ranges are half-open and run upwards, and nothing is
/// read in the ways of YAML 1.1: no `yes`, no octal, no sixties.
///
/// Bad: `size: 96 MB`, `base: 0o17`, `default: yes`. Good: `size: 96MiB`, `base: 0xf`, `default: true`.
///
/// Source: the policy format; `dmaplan schema` prints what each key takes.
enum BadValue: FindingKind {
  static let id: RuleID = "bad-value"
  static let severity = Severity.error
}

/// A text, a list or a mapping stands where another of them is wanted.
///
/// Bad: `pools: 96MiB`. Good: `pools: {video: {size: 96MiB}}`.
///
/// Source: the policy format; `dmaplan schema` prints what each key takes.
enum WrongType: FindingKind {
  static let id: RuleID = "wrong-type"
  static let severity = Severity.error
}

/// A layer does not say which version of the format it is in.
///
/// Bad: a document without `dmaplan:`. Good: `dmaplan: 1` at its head.
///
/// Source: the policy format.
enum VersionMissing: FindingKind {
  static let id: RuleID = "version-missing"
  static let severity = Severity.error
}

/// A layer is in a version of the format that this program does not read.
///
/// Bad: `dmaplan: 2`. Good: `dmaplan: 1`.
///
/// Source: the policy format.
enum VersionUnknown: FindingKind {
  static let id: RuleID = "version-unknown"
  static let severity = Severity.error
}

/// A layer has no name.
///
/// Reports tell by it who set a value.
///
/// Bad: a document without `name:`. Good: `name: my-board`.
///
/// Source: the policy format.
enum NameMissing: FindingKind {
  static let id: RuleID = "name-missing"
  static let severity = Severity.error
}

/// Two layers have one name.
///
/// Bad: two documents with `name: my-board`. Good: names of their own.
///
/// Source: the policy format.
enum LayerNameTaken: FindingKind {
  static let id: RuleID = "layer-name-taken"
  static let severity = Severity.error
}

/// A quirk does not say why it exists.
///
/// A quirk outlives who wrote it; without its reason nobody dares to remove it.
///
/// Bad: `match` without `why`. Good: `why: the video engine reaches only the first 256 MiB`.
///
/// Source: the policy format.
enum WhyMissing: FindingKind {
  static let id: RuleID = "why-missing"
  static let severity = Severity.error
}

/// The `match` of a layer names nothing.
///
/// Bad: `match: {}`. Good: `match: {compatible: "vendor,board"}`, or no `match` for a default.
///
/// Source: the policy format.
enum MatchEmpty: FindingKind {
  static let id: RuleID = "match-empty"
  static let severity = Severity.error
}
