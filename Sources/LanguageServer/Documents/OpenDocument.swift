import Diagnostics
import Policy

/// A file that is open, with what is known of it.
struct OpenDocument {
  var text: TextDocument { didSet { outline = Outline(text) } }
  private(set) var outline: Outline
  /// Whether something has changed since the rest was worked out.
  private(set) var isDirty = true
  /// Whether the client has not been told of it yet.
  private(set) var isUnpublished = true
  /// Whether it is policy at all.
  var isPolicy = true
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

  /// Marks what is known as out of date.
  mutating func invalidate() { (isDirty, isUnpublished) = (true, true) }

  /// Says that everything is worked out.
  mutating func markClean() { isDirty = false }

  /// Says that the client knows.
  mutating func markPublished() { isUnpublished = false }

  /// Whether the file is policy, and not one of the many other YAML files that an editor shows to
  /// every server for YAML.
  ///
  /// It is if it says so (`dmaplan:` at the top of a layer, a comment `# dmaplan:` or one that names
  /// the schema), if `settings` name it, or if no key at its top is of anything else.
  func isPolicy(_ settings: BoardSettings) -> Bool {
    let isNamed = settings.policies.contains { text.file == $0 || text.file.hasPrefix($0 + "/") }
    if comment != nil || isNamed || namesSchema { return true }
    let tops = outline.entries.filter { $0.parent == nil }
    let names = tops.map { entry -> String? in
      if case .key(let name) = entry.step { name.withoutPlus } else { nil }
    }
    if names.contains("dmaplan") { return true }
    let known = Set(PolicySchema.layer.map(\.name))
    let typed = zip(tops, names).filter { $0.0.colon != nil || $0.1 == nil }.map(\.1)
    return typed.allSatisfy { $0.map(known.contains) ?? false }
  }

  /// Whether a comment at the top names the JSON Schema of policy.
  private var namesSchema: Bool {
    (0..<min(5, text.lineCount)).contains { number in
      let line = String(decoding: text.line(number), as: UTF8.self)
      return line.hasPrefix("#") && line.contains("dmaplan-policy")
    }
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
