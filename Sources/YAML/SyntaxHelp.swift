import Diagnostics

extension Findings {
  /// Reports what libyaml could not parse, with help for the common slips.
  mutating func report(_ problem: SyntaxProblem, openBracket: SourcePosition?) {
    guard !problem.isOutOfMemory else {
      reportLimit(problem.problem, "the reader stopped here", help: "split it into several files")
      return
    }
    var problem = problem
    // libyaml puts the end of the text on a line of its own.
    problem.place = min(problem.place, source.position(ofByte: .max))
    let place = Label(.source(character(problem.place)), "not understood from here")
    guard !isTabIndent(problem) else {
      reportTab(at: place.location, problem)
      return
    }
    var related: [Label] = []
    if problem.context != nil, problem.contextPlace != problem.place {
      related.append(Label(.source(character(problem.contextPlace)), "from here"))
    }
    let surrogates = surrogateFix(problem)
    let help = surrogates?.help ?? help(for: problem, openBracket: openBracket)
    report(
      Diagnostic(
        "yaml-syntax",
        .error,
        problem.problem,
        at: place,
        related: related,
        notes: problem.context.map { [$0] } ?? [],
        help: help,
        fix: surrogates?.fix
      )
    )
  }

  private mutating func reportTab(at place: Location, _ problem: SyntaxProblem) {
    let notes = [problem.problem] + (problem.context.map { [$0] } ?? [])
    report(
      Diagnostic(
        "yaml-syntax",
        .error,
        "a tab indents this line",
        at: Label(place, "a tab"),
        notes: notes,
        help: "indent with spaces: YAML takes no tabs there"
      )
    )
  }

  private func character(_ start: SourcePosition) -> SourceSpan {
    span(start, SourcePosition(line: start.line, column: start.column + 1))
  }

  private mutating func isTabIndent(_ problem: SyntaxProblem) -> Bool {
    let indent = (source.line(problem.place.line) ?? "").prefix { $0 == " " || $0 == "\t" }
    return indent.contains("\t") && problem.place.column <= indent.unicodeScalars.count + 1
  }

  private mutating func help(for problem: SyntaxProblem, openBracket: SourcePosition?) -> String? {
    let context = problem.context ?? ""
    let text = problem.problem
    let opened = "\(problem.contextPlace.line):\(problem.contextPlace.column)"
    if context.contains("quoted scalar"),
      text.contains("end of stream") || text.contains("indicator")
    {
      return "close the quote that opens at \(opened)"
    }
    if context.contains("flow ") { return bracketHelp(problem, openBracket) }
    if text.contains("unknown escape character") {
      return "write `\\\\` for a backslash, or use single quotes"
    }
    if text.contains("expected ':'") { return missingColonHelp(problem.contextPlace.line) }
    if text.contains("mapping values are not allowed") { return secondColonHelp(problem.place) }
    if text.contains("cannot start any token"), let first = scalar(at: problem.place) {
      return "quote a text that begins with `\(first)`"
    }
    if context.contains("block mapping") || context.contains("block collection") {
      return neighbourHelp(problem)
    }
    return nil
  }

  /// Help for a list or mapping in brackets that is not closed, or has a comma too many.
  private mutating func bracketHelp(_ problem: SyntaxProblem, _ open: SourcePosition?) -> String? {
    let next = scalar(at: problem.place)
    if problem.problem.contains("node content"), next == "," { return "remove the extra comma" }
    if problem.problem.contains("node content"), next == ":" { return "write the key" }
    guard let open, let bracket = scalar(at: open), bracket == "[" || bracket == "{" else {
      return nil
    }
    let what = bracket == "[" ? "items" : "entries"
    return "close the `\(bracket)` at \(open.line):\(open.column), "
      + "or separate its \(what) with commas"
  }

  private mutating func missingColonHelp(_ line: Int) -> String {
    hasTightColon(line)
      ? "put a space after the colon of line \(line)" : "write `key: value` in line \(line)"
  }

  /// Help for a colon where no key can be: in a value, behind a wrong indent or a tight colon.
  private mutating func secondColonHelp(_ place: SourcePosition) -> String {
    let scalars = (source.line(place.line) ?? "").unicodeScalars.prefix(max(0, place.column - 1))
    if String(scalars).contains(": ") { return "quote a text that holds a colon and a space" }
    if hasTightColon(place.line - 1) {
      return "put a space after the colon of line \(place.line - 1)"
    }
    return "indent line \(place.line) like the keys beside it, or give the key above no value"
  }

  /// Help for a line that does not fit into the block that it stands in.
  private mutating func neighbourHelp(_ problem: SyntaxProblem) -> String {
    let scalars = (source.line(problem.place.line) ?? "").unicodeScalars
    let before = String(scalars.prefix(max(0, problem.place.column - 1)))
    guard let last = before.last(where: { $0 != " " && $0 != "\t" }), last != "-" else {
      return "indent line \(problem.place.line) like line \(problem.contextPlace.line)"
    }
    if before.contains("'") { return "write `''` for a quote inside single quotes" }
    return "remove what stands behind `\(last)`, or quote the whole value"
  }

  /// Whether this line has a colon, and none with a space behind it.
  private mutating func hasTightColon(_ number: Int) -> Bool {
    let line = source.line(number) ?? ""
    return line.contains(":") && !line.contains(": ") && !line.hasSuffix(":")
  }

  private mutating func scalar(at place: SourcePosition) -> Unicode.Scalar? {
    source.line(place.line)?.unicodeScalars.dropFirst(max(0, place.column - 1)).first
  }

  /// What to write for `\uD83D\uDE00`: JSON's two halves, which libyaml refuses.
  ///
  /// libyaml's mark stands behind the `\u`.
  private mutating func surrogateFix(_ problem: SyntaxProblem) -> (help: String, fix: FixIt?)? {
    guard problem.problem.contains("Unicode character escape") else { return nil }
    let line = Array((source.line(problem.place.line) ?? "").unicodeScalars)
    let start = problem.place.column - 1
    let general = "write the character itself, or `\\U` with eight digits up to 0010FFFF"
    guard start >= 2, start + 10 <= line.count, line[start + 4] == "\\", line[start + 5] == "u",
      let high = UInt32(hexadecimal: line[start..<start + 4]),
      let low = UInt32(hexadecimal: line[start + 6..<start + 10]),
      0xD800..<0xDC00 ~= high, 0xDC00..<0xE000 ~= low
    else { return (general, nil) }
    let digits = String(
      0x1_0000 + (high - 0xD800) << 10 + (low - 0xDC00),
      radix: 16,
      uppercase: true
    )
    let escape = "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    let number = problem.place.line
    let whole = span(
      SourcePosition(line: number, column: start - 1),
      SourcePosition(line: number, column: start + 11)
    )
    return (
      "write `\(escape)`, or the character itself",
      FixIt(span: whole, replacement: escape, applicability: .safe)
    )
  }
}

extension UInt32 {
  /// The number that these hexadecimal digits stand for.
  fileprivate init?(hexadecimal digits: ArraySlice<Unicode.Scalar>) {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: digits)
    self.init(String(text), radix: 16)
  }
}
