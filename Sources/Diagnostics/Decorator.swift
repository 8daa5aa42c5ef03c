/// How the parts of a report are set apart from each other.
public enum Decorator: Sendable {
  /// Text alone.
  case plain
  /// Colours and bold face by the SGR sequences of ECMA-48, for a terminal.
  case ansi

  /// What a piece of text is in a report.
  enum Role {
    case severity(Severity)
    case message
    case gutter
    case primaryMark(Severity)
    case secondaryMark
    case removed
    case added
    case plain
  }

  /// `text` in the look of `role`; an empty text stays empty.
  func paint(_ text: String, _ role: Role) -> String {
    guard case .ansi = self, !text.isEmpty, let code = Self.code(role) else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// `text` as a heading.
  public func heading(_ text: String) -> String { paint(text, .message) }

  private static func code(_ role: Role) -> String? {
    switch role {
    case .severity(.error), .primaryMark(.error): "1;31"
    case .severity(.warning), .primaryMark(.warning): "1;33"
    case .severity(.note), .primaryMark(.note): "1;36"
    case .message: "1"
    case .gutter, .secondaryMark: "1;34"
    case .removed: "31"
    case .added: "32"
    case .plain: nil
    }
  }
}
