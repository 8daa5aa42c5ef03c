import Diagnostics
import Policy

/// A file that is open, with what is known of it.
struct OpenDocument {
  var text: TextDocument { didSet { outline = Outline(text) } }
  private(set) var outline: Outline
  /// Whether something has changed since the rest was worked out.
  var isDirty = true
  /// What its comment says of the board, if it has one.
  var comment: SettingsComment?
  /// The board with its policy as it was when the file could last be read; nil where none is set.
  var analysis: BoardAnalysis?
  /// The layers of the file itself as it could last be read.
  var layers: [Layer] = []
  /// Why board or policies can not be had.
  var problems: [String] = []
  /// What is wrong in this file.
  var findings: [PlacedFinding] = []
  /// The policy files and blobs that all this was made of.
  var usedFiles: Set<String> = []

  init(_ text: TextDocument) {
    self.text = text
    outline = Outline(text)
  }
}

/// A finding at its place in a file that is open.
struct PlacedFinding {
  let finding: Diagnostic
  /// The bytes that it is shown at.
  let range: Range<Int>

  /// `finding` where the file of `text` has to do with it; nil where it has not.
  ///
  /// What is wrong elsewhere is shown where this file is the other party.
  init?(_ finding: Diagnostic, in text: TextDocument) {
    let labels = [finding.primary] + finding.related
    let spans = labels.compactMap { label -> SourceSpan? in
      guard case .source(let span) = label.location, span.file == text.file else { return nil }
      return span
    }
    guard let span = spans.first else { return nil }
    // Another policy file has the finding itself.
    if case .source(let primary) = finding.primary.location, primary.file != text.file,
      !primary.file.hasPrefix(PolicyFiles.builtinPrefix)
    {
      return nil
    }
    self.finding = finding
    let start = text.offset(of: span.start)
    // A finding about a whole layer would paint the file from top to bottom.
    let line = text.line(text.lineNumber(ofOffset: start))
    let end = max(start, min(text.offset(of: span.end), line.endIndex))
    range = start..<end
  }
}
