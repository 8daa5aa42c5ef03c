/// A finding that a waiver of policy accepts.
public struct AcceptedFinding: Hashable, Sendable {
  /// What was found.
  public let finding: Diagnostic
  /// The waiver's reason.
  public let why: String

  /// `finding`, accepted because of `why`.
  public init(_ finding: Diagnostic, why: String) {
    self.finding = finding
    self.why = why
  }
}
