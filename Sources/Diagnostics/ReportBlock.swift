/// The lines of one finding: gutter, places, marks, notes and diff, drawn one below the other.
struct ReportBlock {
  private(set) var lines: [String] = []
  /// Columns of the line numbers.
  let gutter: Int
  /// Columns that a line may take; a word that is longer stands alone.
  let width: Int
  private let decorator: Decorator
  private let severity: Severity

  init(gutter: Int, width: Int, decorator: Decorator, severity: Severity) {
    self.gutter = gutter
    self.width = width
    self.decorator = decorator
    self.severity = severity
  }

  /// `error[rule]: message`.
  mutating func headline(_ rule: RuleID, _ message: String) {
    let head = "\(severity)[\(VisibleText.of(rule.rawValue))]"
    let pieces = WrappedText.lines(
      ": " + VisibleText.of(message),
      first: width - head.count,
      rest: width - 4
    )
    for (number, piece) in pieces.enumerated() {
      lines.append(
        number == 0
          ? decorator.paint(head, .severity(severity)) + decorator.paint(piece, .message)
          : "    " + decorator.paint(piece, .message)
      )
    }
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
    let role: Decorator.Role = isPrimary ? .primaryMark(severity) : .secondaryMark
    let text = VisibleText.of(text)
    let room = width - gutter - 3
    if text.isEmpty || columns.upperBound + 1 + text.count <= room {
      let tail = text.isEmpty ? "" : " " + text
      underSource(columns.lowerBound, decorator.paint(mark + tail, role))
      return
    }
    underSource(columns.lowerBound, decorator.paint(mark, role))
    // Below the mark where it fits there, else as far left as it has to go.
    let start = min(columns.lowerBound, max(0, room - max(text.count, 0)))
    let column = room - start >= min(text.count, 40) ? start : 0
    for piece in WrappedText.lines(text, first: room - column, rest: room - column) {
      underSource(column, decorator.paint(piece, role))
    }
  }

  /// Painted text at a column of the source.
  private mutating func underSource(_ column: Int, _ painted: String) {
    lines.append(
      decorator.paint(indent + " |", .gutter) + String(repeating: " ", count: column + 1) + painted
    )
  }

  /// `   | text` in as many lines as it takes.
  mutating func text(_ text: String) {
    let room = width - gutter - 3
    for piece in WrappedText.lines(VisibleText.of(text), first: room, rest: room) {
      source(nil, piece)
    }
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
        remark(
          line,
          head: decorator.paint(head, .gutter) + " "
            + decorator.paint(kind + ":", .message) + " ",
          at: head.count + kind.count + 3
        )
      } else {
        let column = head.count + kind.count + 3
        remark(line, head: String(repeating: " ", count: column), at: column)
      }
    }
  }

  /// A line of a remark, which begins at `column`.
  private mutating func remark(_ text: Substring, head: String, at column: Int) {
    let pieces = WrappedText.lines(
      VisibleText.of(text),
      first: width - column,
      rest: width - column
    )
    for (number, piece) in pieces.enumerated() {
      lines.append((number == 0 ? head : String(repeating: " ", count: column)) + piece)
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
