public import Diagnostics

/// One thing that can be wrong with a board's memory.
///
/// The comment above a rule's type is its page in the manual.
public protocol Rule: Sendable {
  /// The stable name.
  static var id: RuleID { get }
  /// How bad a finding is at its worst; a rule gives milder ones where it can tell.
  static var severity: Severity { get }
  /// Rules whose finding at a node makes this one silent there and below: one cause, one finding.
  static var requires: [RuleID] { get }
  /// Whether it holds against a limit that policy can set with `threshold`.
  static var hasThreshold: Bool { get }
  /// The findings on one board, those that depend on the RAM with their variant.
  static func check(_ subject: Subject) -> [Diagnostic]
}

extension Rule {
  /// No prerequisites.
  public static var requires: [RuleID] { [] }
  /// No limit.
  public static var hasThreshold: Bool { false }
}
