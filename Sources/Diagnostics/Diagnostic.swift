/// A place and what is there.
public struct Label: Hashable, Sendable {
  /// The place.
  public let location: Location
  /// What is there; the headline is not said again.
  public let text: String
  /// Says `text` of `location`.
  public init(_ location: Location, _ text: String) {
    self.location = location
    self.text = text
  }
}

/// Whether a fix may be applied without asking.
public enum Applicability: String, Hashable, Sendable {
  /// The fix keeps the meaning or is the only reading: `check --fix` applies it.
  case safe
  /// A person has to decide.
  case review
}

/// A replacement for a piece of a policy file.
public struct FixIt: Hashable, Sendable {
  /// The piece that is replaced.
  public let span: SourceSpan
  /// What stands there afterwards.
  public let replacement: String
  /// Whether it may be applied without asking.
  public let applicability: Applicability
  /// Replaces `span` by `replacement`.
  public init(span: SourceSpan, replacement: String, applicability: Applicability) {
    self.span = span
    self.replacement = replacement
    self.applicability = applicability
  }
}

/// One finding as a value: facts and wording, no look.
public struct Diagnostic: Hashable, Sendable {
  /// The rule that was broken.
  public let rule: RuleID
  /// How bad it is.
  public var severity: Severity
  /// One sentence that stands alone: lower case, no full stop, names in backticks.
  public let message: String
  /// The place that has to change.
  public let primary: Label
  /// The other parties with their places.
  public let related: [Label]
  /// Facts that the user can not see, the kernel's own message among them.
  public let notes: [String]
  /// What to do, one imperative with the value already computed.
  public let help: String?
  /// The change that does it, where there is one.
  public let fix: FixIt?
  /// The RAM variant that it was found in, where it is not the same in all.
  public var variant: String?

  /// A finding of `rule` at `primary`.
  public init(
    _ rule: RuleID,
    _ severity: Severity,
    _ message: String,
    at primary: Label,
    related: [Label] = [],
    notes: [String] = [],
    help: String? = nil,
    fix: FixIt? = nil,
    variant: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.primary = primary
    self.related = related
    self.notes = notes
    self.help = help
    self.fix = fix
    self.variant = variant
  }
}
