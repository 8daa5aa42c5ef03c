import Formats
import Policy

/// What `textDocument/completion` offers at a place of a file, whether the file can be read or not.
struct Completion {
  let view: DocumentView
  let context: CursorContext
  private let place: SchemaPlace

  /// The most entries of one list; a longer one says that it is not complete.
  private static let mostItems = 300

  /// The completion at a byte of the file, or `null`.
  static func value(_ view: DocumentView, at offset: Int) -> JSONValue {
    guard let context = CursorContext(view.text, view.outline, at: offset) else { return .null }
    return Completion(view, context).list
  }

  private init(_ view: DocumentView, _ context: CursorContext) {
    self.view = view
    self.context = context
    place = SchemaPlace(context.path)
  }

  private var list: JSONValue {
    let typed = context.typed.filter { $0 != "\"" && $0 != "'" }.lowercased()
    var seen: Set<String> = []
    let all = items.filter { seen.insert($0.label).inserted }
    // A tree has thousands of nodes: what can not be meant is left out here.
    let fitting =
      all.count <= Self.mostItems
      ? all : all.filter { $0.label.lowercased().contains(typed) || typed.isEmpty }
    let range = view.range(context.replaced)
    let shown = fitting.prefix(Self.mostItems).enumerated().map { index, item in
      item.value(
        index,
        replacing: range,
        typed: context.typed,
        markdown: view.client.completionMarkdown
      )
    }
    return .object([
      "isIncomplete": .bool(all.count > Self.mostItems), "items": .array(shown),
    ])
  }

  private var items: [CompletionItem] {
    switch context.place {
    case .line:
      let dashed = place.items
      return keys + names + values(place.shapes, key: place.key)
        + (dashed.isEmpty ? [] : dashedItems(dashed))
    case .item: return keys + values(place.shapes, key: SchemaPlace(context.path.dropLast()).key)
    case .flowKey: return keys + names
    case .value, .flowValue:
      let lists = place.shapes.compactMap { shape -> Shape? in
        if case .list(let item) = shape { item } else { nil }
      }
      return values(place.shapes, key: place.key) + values(lists, key: place.key, isListed: true)
    }
  }

  // MARK: Keys

  private var keys: [CompletionItem] {
    let free = place.keys.filter { !context.used.contains($0.name) }
    let plain = free.map { key in
      CompletionItem(
        label: key.name,
        kind: .property,
        detail: key.summary,
        documentation: KeyText(key).body,
        text: keyText(key.name, isCollection: key.shape.opensLines)
      )
    }
    let appending = free.filter { $0.shape.takesPlus && !context.used.contains($0.name + "+") }
      .map { key in
        CompletionItem(
          label: key.name + "+",
          kind: .property,
          detail: "Appends to `\(key.name)` of weaker layers.",
          text: keyText(key.name + "+", isCollection: false)
        )
      }
    return plain + appending
  }

  private func keyText(_ name: String, isCollection: Bool) -> String {
    let space = context.needsSpace ? " " : ""
    if context.hasColon { return space + name }
    return space + name + (isCollection && context.place == .line ? ":" : ": ")
  }

  /// Names that stand there in other layers, or that other parts of the file use.
  private var names: [CompletionItem] {
    guard place.isNamed, let path = context.path.names else { return [] }
    let finder = Candidates(view: view, path: context.path, document: context.document)
    let found = path == ["rules"] ? finder.names(.rule) : finder.stated(path)
    return found.filter { !context.used.contains($0.name) }.map { candidate in
      CompletionItem(
        label: candidate.name,
        kind: .name,
        detail: candidate.detail,
        text: keyText(candidate.name.yamlWord(quoted: isQuoted), isCollection: true)
      )
    }
  }

  // MARK: Values

  private var isQuoted: Bool { context.typed.hasPrefix("\"") || context.typed.hasPrefix("'") }

  /// What stands behind a dash that is still to be written.
  private func dashedItems(_ shapes: [Shape]) -> [CompletionItem] {
    let keys = SchemaPlace.keys(of: shapes).map { key in
      CompletionItem(
        label: key.name,
        kind: .property,
        detail: key.summary,
        documentation: KeyText(key).body,
        text: key.name + ": "
      )
    }
    return (keys + values(shapes, key: place.key)).map { item in
      CompletionItem(
        label: item.label,
        kind: item.kind,
        detail: item.detail,
        documentation: item.documentation,
        text: "- " + item.text
      )
    }
  }

  /// Values for one of these shapes under `key`; `isListed` puts each into brackets.
  private func values(_ shapes: [Shape], key: Key?, isListed: Bool = false) -> [CompletionItem] {
    let scalars = shapes.filter(\.isScalar)
    guard !scalars.isEmpty else { return [] }
    if let reference = Reference(valueAt: context.path) {
      let finder = Candidates(view: view, path: context.path, document: context.document)
      let found = finder.names(reference)
      if !found.isEmpty {
        return found.map { candidate in
          let text = candidate.name.yamlWord(quoted: isQuoted)
          return item(candidate.name, text, .reference, candidate.detail, isListed)
        }
      }
    }
    return scalars.flatMap { words($0, key, isListed) }
  }

  private func words(_ shape: Shape, _ key: Key?, _ isListed: Bool) -> [CompletionItem] {
    switch shape {
    case .word(let words):
      return words.map { item($0, $0, .word, nil, isListed) }
    case .flag: return ["true", "false"].map { item($0, $0, .word, nil, isListed) }
    // Prose is nobody's to offer; the name of something that is not known is better than nothing.
    case .text where key == nil || Reference(valueAt: context.path) == nil: return []
    default:
      let isOne = isListed || context.place == .item || context.place == .line
      let examples = (isOne ? key?.itemExamples : key?.examples) ?? shape.examples
      return examples.map { item($0, exampleText($0), .value, "an example", isListed) }
    }
  }

  /// An example as it has to be written where the cursor is.
  private func exampleText(_ text: String) -> String {
    let isCollection = text.hasPrefix("[") || text.hasPrefix("{")
    let isFlow = context.place != .line && context.place != .value
    let needsQuotes = !isCollection && text.contains(",") && (isFlow || !text.contains("("))
    return isQuoted || needsQuotes ? text.yamlWord(quoted: true) : text
  }

  private func item(
    _ label: String,
    _ text: String,
    _ kind: CompletionItem.Kind,
    _ detail: String?,
    _ isListed: Bool
  ) -> CompletionItem {
    CompletionItem(
      label: label,
      kind: kind,
      detail: detail,
      text: (context.needsSpace ? " " : "") + (isListed ? "[\(text)]" : text)
    )
  }
}

extension Shape {
  /// Whether what stands there is written on the lines below.
  fileprivate var opensLines: Bool {
    switch self {
    case .mapping, .named: true
    case .list(let item): item.opensLines
    case .either(let first, let second): first.opensLines && second.opensLines
    default: false
    }
  }

  /// Whether `key+` may stand there.
  fileprivate var takesPlus: Bool {
    switch self {
    case .list, .oneOrMore: true
    default: false
    }
  }
}
