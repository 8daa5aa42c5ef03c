/// The labels of a finding that belong to one file, one node or one input, shown together.
struct LabelGroup {
  /// What the labels have in common.
  enum Place: Hashable {
    case file(String)
    case node(dtb: String, path: String)
    case input(String)
  }

  /// A label in a text file.
  struct Span {
    let span: SourceSpan
    let text: String
    let isPrimary: Bool

    /// The scalars of its first line that are marked, from 0.
    func columns(in line: String) -> Range<Int> {
      let start = max(0, span.start.column - 1)
      let end = span.end.line > span.start.line ? line.unicodeScalars.count : span.end.column - 1
      return start..<max(start, end)
    }
  }

  /// A property as printed, with all marks in it.
  struct Excerpt {
    let text: String
    var marks: [(marked: Range<Int>, text: String, isPrimary: Bool)]
  }

  let place: Place
  private(set) var labels: [(label: Label, isPrimary: Bool)]

  /// The groups of a finding: the primary label's first, the others in the order of the finding.
  static func groups(of diagnostic: Diagnostic) -> [LabelGroup] {
    var groups: [LabelGroup] = []
    var indices: [Place: Int] = [:]
    for (number, label) in ([diagnostic.primary] + diagnostic.related).enumerated() {
      let place = Place(label.location)
      if let index = indices[place] {
        groups[index].labels.append((label, false))
      } else {
        indices[place] = groups.count
        groups.append(LabelGroup(place: place, labels: [(label, number == 0)]))
      }
    }
    return groups
  }

  /// What stands behind the arrow: the first label's place.
  var header: String {
    switch place {
    case .file(let file):
      guard let start = spans.first?.span.start else { return file }
      return "\(file):\(start.line):\(start.column)"
    case .node(let dtb, let path): return "\(dtb):\(path)"
    case .input(let name): return name
    }
  }

  /// The labels in a text, in the order of the finding.
  var spans: [Span] {
    labels.compactMap { entry in
      guard case .source(let span) = entry.label.location else { return nil }
      return Span(span: span, text: entry.label.text, isPrimary: entry.isPrimary)
    }
  }

  /// The excerpts of a node in the order of the finding, those with the same text as one.
  var excerpts: [Excerpt] {
    var excerpts: [Excerpt] = []
    for (label, isPrimary) in labels {
      guard case .tree(let tree) = label.location else { continue }
      let excerpt = tree.excerpt ?? Self.standIn(tree)
      let whole = 0..<excerpt.text.unicodeScalars.count
      let mark = (
        marked: excerpt.marked.clamped(to: whole), text: label.text, isPrimary: isPrimary
      )
      if let index = excerpts.firstIndex(where: { $0.text == excerpt.text }) {
        excerpts[index].marks.append(mark)
      } else {
        excerpts.append(Excerpt(text: excerpt.text, marks: [mark]))
      }
    }
    return excerpts
  }

  /// What is shown of a place that has no excerpt: the property's name or the node's.
  private static func standIn(_ tree: TreeLocation) -> TreeLocation.Excerpt {
    if let property = tree.property {
      return .init(text: property, marked: 0..<property.unicodeScalars.count)
    }
    let name = tree.path.split(separator: "/").last.map(String.init) ?? "/"
    return .init(text: "\(name) { ... };", marked: 0..<name.unicodeScalars.count)
  }

  /// Labels by the line that they start in; in a line from left to right.
  static func byLine(_ labels: [Span]) -> [(line: Int, labels: [Span])] {
    let sorted = labels.enumerated().sorted {
      ($0.element.span.start, $0.offset) < ($1.element.span.start, $1.offset)
    }
    var lines: [(line: Int, labels: [Span])] = []
    for label in sorted.map(\.element) {
      if lines.last?.line == label.span.start.line {
        lines[lines.count - 1].labels.append(label)
      } else {
        lines.append((label.span.start.line, [label]))
      }
    }
    return lines
  }
}

extension LabelGroup.Place {
  init(_ location: Location) {
    switch location {
    case .source(let span): self = .file(span.file)
    case .tree(let tree): self = .node(dtb: tree.dtb, path: tree.path)
    case .input(let name): self = .input(name)
    }
  }
}
