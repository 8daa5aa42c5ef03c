/// The lines of one finding: gutter, places, marks, notes and diff, drawn one below the other.
struct ReportBlock {
  private(set) var lines: [String] = []
  /// Columns of the line numbers.
  let gutter: Int
  private let decorator: Decorator
  private let severity: Severity

  init(gutter: Int, decorator: Decorator, severity: Severity) {
    self.gutter = gutter
    self.decorator = decorator
    self.severity = severity
  }

  /// `error[rule]: message`.
  mutating func headline(_ rule: RuleID, _ message: String) {
    lines.append(
      decorator.paint("\(severity)[\(VisibleText.of(rule.rawValue))]", .severity(severity))
        + decorator.paint(": " + VisibleText.of(message), .message)
    )
  }

  /// `  --> place`.
  mutating func arrow(_ place: String) {
    lines.append(decorator.paint(indent + "-->", .gutter) + " " + VisibleText.of(place))
  }

  /// `   |`.
  mutating func bar() {
    lines.append(decorator.paint(indent + " |", .gutter))
  }

  /// `15 | text`, with text that was made visible before.
  mutating func source(_ number: Int?, _ text: String) {
    let space = text.isEmpty ? "" : " "
    lines.append(decorator.paint(padded(number) + " |", .gutter) + space + text)
  }

  /// `   |     ^^^^ text`.
  mutating func mark(_ columns: Range<Int>, isPrimary: Bool, _ text: String) {
    let mark = String(repeating: isPrimary ? "^" : "-", count: columns.count)
    let text = text.isEmpty ? "" : " " + VisibleText.of(text)
    lines.append(
      decorator.paint(indent + " |", .gutter)
        + String(repeating: " ", count: columns.lowerBound + 1)
        + decorator.paint(mark + text, isPrimary ? .primaryMark(severity) : .secondaryMark)
    )
  }

  /// `  ...`, where lines are left out.
  mutating func gap() {
    lines.append(decorator.paint(indent + "...", .gutter))
  }

  /// `   = note: text`; the lines of a text that has several stand below each other.
  mutating func remark(_ kind: String, _ text: String) {
    let head = indent + " ="
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if number == 0 {
        lines.append(
          decorator.paint(head, .gutter) + " " + decorator.paint(kind + ":", .message)
            + " " + VisibleText.of(line)
        )
      } else {
        let space = String(repeating: " ", count: head.count + kind.count + 3)
        lines.append(space + VisibleText.of(line))
      }
    }
  }

  /// `15 -     base: 1`.
  mutating func removed(_ number: Int, _ text: String) {
    change(number, "-", text, .removed)
  }

  /// `15 +     base: 2`.
  mutating func added(_ number: Int, _ text: String) {
    change(number, "+", text, .added)
  }

  private mutating func change(
    _ number: Int,
    _ sign: String,
    _ text: String,
    _ role: Decorator.Role
  ) {
    let space = text.isEmpty ? "" : " "
    lines.append(
      decorator.paint(padded(number), .gutter) + " "
        + decorator.paint(sign + space + text, role)
    )
  }

  private var indent: String { String(repeating: " ", count: gutter) }

  private func padded(_ number: Int?) -> String {
    let digits = number.map { "\($0)" } ?? ""
    return String(repeating: " ", count: max(0, gutter - digits.count)) + digits
  }
}
