/// Mistakes in the YAML of a policy, of a list of boards or of JSON.
public enum YAMLMistakes {
  /// Each by its name.
  public static let all: [any FindingKind.Type] = [
    YAMLSyntax.self,
    YAMLEncoding.self,
    YAMLLimit.self,
    YAMLAlias.self,
    YAMLKey.self,
    YAMLTag.self,
    DuplicateKey.self,
    ValueMissing.self,
  ]
}

/// The file is no YAML.
///
/// What was read up to there may be half of what was meant, so the run ends with exit status 2.
///
/// Bad: `match: {compatible: "a,b"` without the closing brace. Good: `match: {compatible: "a,b"}`.
///
/// Source: the YAML specification 1.2, as libyaml reads it.
enum YAMLSyntax: FindingKind {
  static let id: RuleID = "yaml-syntax"
  static let severity = Severity.error
}

/// The file is not in UTF-8, or has a character that YAML forbids.
///
/// Bad: a file in UTF-16 or Latin-1. Good: the same text in UTF-8.
///
/// Source: the YAML specification 1.2, section 5.1.
enum YAMLEncoding: FindingKind {
  static let id: RuleID = "yaml-encoding"
  static let severity = Severity.error
}

/// The file is bigger, deeper or has more aliases than is read of a file that nobody vouches for.
///
/// A few lines of aliases of aliases can stand for more nodes than any memory holds.
///
/// Bad: ten levels of lists, each of ten aliases of the level below. Good: the values written out.
///
/// Source: the limits of this program, `Sources/YAML/YAMLLimits.swift`.
enum YAMLLimit: FindingKind {
  static let id: RuleID = "yaml-limit"
  static let severity = Severity.error
}

/// An alias names no anchor above it, or one that holds the alias itself.
///
/// Bad: `size: *big` with no `&big` above. Good: `size: &big 96MiB`, then `size: *big`.
///
/// Source: the YAML specification 1.2, section 7.1.
enum YAMLAlias: FindingKind {
  static let id: RuleID = "yaml-alias"
  static let severity = Severity.error
}

/// A key is no plain text.
///
/// Bad: `[a, b]: 1`. Good: `a: 1`.
///
/// Source: the policy format, whose keys are names.
enum YAMLKey: FindingKind {
  static let id: RuleID = "yaml-key"
  static let severity = Severity.error
}

/// A value has a tag.
///
/// Types follow from the key that a value stands under; a tag could only contradict it.
///
/// Bad: `size: !!int 96`. Good: `size: 96MiB`.
///
/// Source: the policy format.
enum YAMLTag: FindingKind {
  static let id: RuleID = "yaml-tag"
  static let severity = Severity.error
}

/// A mapping has one key twice.
///
/// Readers differ in which one they take, so neither is.
///
/// Bad: `size: 64MiB` and `size: 96MiB` in one pool. Good: one of them.
///
/// Source: the YAML specification 1.2, section 3.2.1.3.
enum DuplicateKey: FindingKind {
  static let id: RuleID = "duplicate-key"
  static let severity = Severity.error
}

/// A key has no value, or a comma has cut a value in two.
///
/// In `{compatible: allwinner,sun7i-a20}` the comma ends the value, and `sun7i-a20` is a second key.
///
/// Bad: `match: {compatible: allwinner,sun7i-a20}`. Good: `match: {compatible: "allwinner,sun7i-a20"}`; to take
/// something away, write `null`.
///
/// Source: the YAML specification 1.2, section 7.3.3.
enum ValueMissing: FindingKind {
  static let id: RuleID = "value-missing"
  static let severity = Severity.error
}
