/// Findings as a person reads them: headline, places with what stands there, notes, help, fix.
///
/// YAML is shown by line with marks under the tokens, a tree by node and property as `dtc` prints
/// it. Whatever comes from outside is made visible first: no byte of an input acts on a terminal.
public struct HumanRenderer: Sendable {
  /// How wide lines of a source may be before they are cut.
  public static let defaultWidth = 100

  private let sources: [String: SourceText]
  private let decorator: Decorator
  private let width: Int

  /// Shows places in `sources`, which are by file name; a place in another file has no snippet.
  public init(
    sources: [String: SourceText] = [:],
    decorator: Decorator = .plain,
    width: Int = Self.defaultWidth
  ) {
    self.sources = sources
    self.decorator = decorator
    self.width = max(40, width)
  }

  /// The findings in the order given, an empty line between them, a line break at the end.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) }.joined(separator: "\n")
  }

  /// One finding, a line break at the end.
  public func render(_ diagnostic: Diagnostic) -> String {
    let groups = LabelGroup.groups(of: diagnostic)
    var block = ReportBlock(
      gutter: gutter(diagnostic),
      width: width,
      decorator: decorator,
      severity: diagnostic.severity
    )
    block.headline(diagnostic.rule, diagnostic.message)
    for (number, group) in groups.enumerated() {
      if number > 0 { block.bar() }
      draw(group, in: &block)
    }
    let remarks = remarks(diagnostic)
    if !remarks.isEmpty { block.bar() }
    for remark in remarks { block.remark(remark.kind, remark.text) }
    if let fix = diagnostic.fix { draw(fix, in: &block) }
    return block.lines.joined(separator: "\n") + "\n"
  }

  /// The columns that the line numbers of all places take, at least two.
  private func gutter(_ diagnostic: Diagnostic) -> Int {
    var most = 1
    for label in [diagnostic.primary] + diagnostic.related {
      if case .source(let span) = label.location { most = max(most, span.start.line) }
    }
    if let fix = diagnostic.fix {
      let lines = fix.replacement.unicodeScalars.count { $0 == "\n" }
      most = max(most, fix.span.end.line, fix.span.start.line + lines)
    }
    return max(2, String(most).count)
  }

  private func remarks(_ diagnostic: Diagnostic) -> [(kind: String, text: String)] {
    var remarks = diagnostic.notes.map { (kind: "note", text: $0) }
    if let variant = diagnostic.variant {
      remarks.append(("note", "found in variant `\(variant)`"))
    }
    let mark = diagnostic.fix.map(\.applicability.mark)
    if let help = diagnostic.help {
      // A rule that says why a person has to decide said it better.
      let isMarked = help.contains("(review: ") || mark == nil
      remarks.append(("help", isMarked ? help : "\(help) (\(mark ?? ""))"))
    } else if let mark {
      remarks.append(("fix", mark))
    }
    return remarks
  }

  // MARK: Places

  private func draw(_ group: LabelGroup, in block: inout ReportBlock) {
    block.arrow(group.header)
    switch group.place {
    case .file(let file):
      block.bar()
      if let source = sources[file] {
        draw(group.spans, of: source, in: &block)
      } else {
        for label in group.spans {
          block.text("line \(label.span.start.line): \(label.text)")
        }
      }
    case .node:
      block.bar()
      draw(group.excerpts, in: &block)
    case .input:
      let texts = group.labels.map(\.label.text).filter { !$0.isEmpty }
      if !texts.isEmpty { block.bar() }
      for text in texts { block.text(text) }
    }
  }

  private func draw(
    _ labels: [LabelGroup.Span],
    of source: SourceText,
    in block: inout ReportBlock
  ) {
    var last: Int?
    for (number, labels) in LabelGroup.byLine(labels) {
      if let last, number == last + 2 {
        block.source(last + 1, shown(source.line(last + 1) ?? "", marks: [], in: block).text)
      } else if let last, number > last + 2 {
        block.gap()
      }
      last = number
      let line = source.line(number) ?? ""
      let focus = labels.firstIndex { $0.isPrimary } ?? 0
      let shown = shown(
        line,
        marks: labels.map { $0.columns(in: line) },
        focus: focus,
        in: block
      )
      block.source(number, shown.text)
      for (label, mark) in zip(labels, shown.marks) {
        block.mark(mark, isPrimary: label.isPrimary, label.text)
      }
    }
  }

  private func draw(_ excerpts: [LabelGroup.Excerpt], in block: inout ReportBlock) {
    for excerpt in excerpts {
      var start = 0
      for line in excerpt.text.split(separator: "\n", omittingEmptySubsequences: false) {
        let end = start + line.unicodeScalars.count
        let here = excerpt.marks.filter {
          start <= $0.marked.lowerBound && $0.marked.lowerBound <= end
        }
        let marks = here.map { $0.marked.lowerBound - start..<$0.marked.upperBound - start }
        let shown = shown(String(line), marks: marks, in: block)
        block.source(nil, shown.text)
        for (mark, columns) in zip(here, shown.marks) {
          block.mark(columns, isPrimary: mark.isPrimary, mark.text)
        }
        start = end + 1
      }
    }
  }

  private func shown(
    _ line: String,
    marks: [Range<Int>],
    focus: Int = 0,
    in block: ReportBlock
  ) -> DisplayLine {
    DisplayLine(line, marks: marks, focus: focus, width: width - block.gutter - 3)
  }

  private func draw(_ fix: FixIt, in block: inout ReportBlock) {
    guard let source = sources[fix.span.file], let diff = FixDiff(fix, in: source) else { return }
    block.bar()
    for (offset, line) in diff.removed.enumerated() {
      block.removed(
        diff.firstLine + offset,
        shown(line, at: offset == 0 ? diff.column : 0, in: block)
      )
    }
    for (offset, line) in diff.added.enumerated() {
      block.added(
        diff.firstLine + offset,
        shown(line, at: offset == 0 ? diff.column : 0, in: block)
      )
    }
  }

  private func shown(_ line: String, at column: Int, in block: ReportBlock) -> String {
    shown(line, marks: [column..<column], in: block).text
  }
}

extension Applicability {
  /// What the reports say about a fix of this kind.
  fileprivate var mark: String {
    switch self {
    case .safe: "safe: `check --fix` does it"
    case .review: "review: `check --fix` leaves it to you"
    }
  }
}
