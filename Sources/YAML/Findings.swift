import Diagnostics

/// The findings of one file, bounded in number, with the text to look things up in.
struct Findings {
  let file: String
  private let bytes: [UInt8]
  private let limit: Int
  private var diagnostics: [Diagnostic] = []
  /// Made at the first finding: a clean file never pays for its table of lines.
  private var text: SourceText?
  /// Whether there were so many findings that reading on makes no sense.
  private(set) var isFull = false

  init(file: String, bytes: [UInt8], limit: Int) {
    self.file = file
    self.bytes = bytes
    self.limit = limit
  }

  /// The text with its lines.
  var source: SourceText {
    mutating get {
      if let text { return text }
      let made = SourceText(file: file, bytes: bytes)
      text = made
      return made
    }
  }

  /// The findings in the order of their places.
  var sorted: [Diagnostic] {
    let keyed = diagnostics.enumerated().map { (place: $1.start, order: $0, finding: $1) }
    return keyed.sorted { ($0.place, $0.order) < ($1.place, $1.order) }.map(\.finding)
  }

  mutating func report(_ diagnostic: Diagnostic) {
    guard !isFull else { return }
    guard diagnostics.count < limit else {
      isFull = true
      diagnostics.append(
        Diagnostic(
          "yaml-limit",
          .error,
          "the file has more than \(limit) faults",
          at: Label(diagnostic.primary.location, "the reader stopped here"),
          help: "mend those above first"
        )
      )
      return
    }
    diagnostics.append(diagnostic)
  }

  /// Reports a limit hit at `span`, or at the start of the file.
  mutating func reportLimit(
    _ message: String,
    _ label: String,
    help: String,
    at span: SourceSpan? = nil
  ) {
    let start = SourcePosition(line: 1, column: 1)
    let span = span ?? SourceSpan(file: file, start: start, end: start)
    report(Diagnostic("yaml-limit", .error, message, at: Label(.source(span), label), help: help))
  }

  func span(_ start: SourcePosition, _ end: SourcePosition) -> SourceSpan {
    SourceSpan(file: file, start: start, end: end)
  }
}

extension String {
  /// The text as a message names it: cut where it is too long for a line.
  var named: String {
    let most = 60
    guard utf8.count > most else { return self }
    return String(unicodeScalars.prefix(most)) + "..."
  }
}

extension Diagnostic {
  fileprivate var start: SourcePosition {
    if case .source(let span) = primary.location { return span.start }
    return SourcePosition(line: 1, column: 1)
  }
}
