/// The stable kebab-case name of a rule, as in `regions-overlap`.
///
/// It is never reused for another rule.
public struct RuleID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The name.
  public let rawValue: String
  /// The rule of this name.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// The rule of this name.
  public init(stringLiteral value: String) { rawValue = value }
  /// Orders rules by name.
  public static func < (lhs: RuleID, rhs: RuleID) -> Bool { lhs.rawValue < rhs.rawValue }
  /// The name.
  public var description: String { rawValue }
}

/// How bad a finding is.
public enum Severity: Int, Comparable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  /// A fact worth knowing; nothing needs to be done.
  case note
  /// Likely wrong, or right only under conditions.
  case warning
  /// Wrong: it will not work as written.
  case error

  /// Orders severities from `note` to `error`.
  public static func < (lhs: Severity, rhs: Severity) -> Bool { lhs.rawValue < rhs.rawValue }

  /// The word that reports print.
  public var description: String {
    switch self {
    case .note: "note"
    case .warning: "warning"
    case .error: "error"
    }
  }

  /// The severity of this word, or nil.
  public init?(word: some StringProtocol) {
    guard let severity = Self.allCases.first(where: { $0.description == word }) else { return nil }
    self = severity
  }
}
