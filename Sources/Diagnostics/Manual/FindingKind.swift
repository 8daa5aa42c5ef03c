/// A kind of finding that is no rule of a board: a mistake in a file, what a boot log shows.
///
/// The comment above such a type is its page in the manual, as with rules.
public protocol FindingKind: Sendable {
  /// The stable name.
  static var id: RuleID { get }
  /// How bad a finding is at its worst.
  static var severity: Severity { get }
  /// Whether `rules:` and `waive:` of policy hold for it; a mistake in policy can not excuse itself.
  static var isSetByPolicy: Bool { get }
}

extension FindingKind {
  /// Fixed.
  public static var isSetByPolicy: Bool { false }
}

/// All kinds of findings that are no rules.
public enum FindingCatalogue {
  /// Every kind, sorted by name.
  public static let all: [any FindingKind.Type] =
    (YAMLMistakes.all + PolicyMistakes.all + LayerFindings.all + InputFindings.all
    + BoardListMistakes.all + JSONMistakes.all + LogFindings.all)
    .sorted { $0.id < $1.id }
}
