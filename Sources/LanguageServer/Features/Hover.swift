import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import LinuxBoot
import Policy

/// What `textDocument/hover` shows of a key or value: what it means, what holds, and who said so.
struct Hover {
  let view: DocumentView

  /// The hover at a byte of the file, or `null`.
  func value(at offset: Int) -> JSONValue {
    if let comment = view.document.comment, comment.range.contains(offset) {
      return answer(boardText.map { [$0] } ?? [], comment.range)
    }
    guard let index = view.outline.entry(at: offset) else { return .null }
    let entry = view.outline.entries[index]
    let path = view.outline.path(of: index)
    let isOnValue = !entry.value.isEmpty && offset >= entry.value.lowerBound
    var parts = [heading(path, entry)].compactMap(\.self)
    if isOnValue, let reference = Reference(valueAt: path) {
      parts += ReferenceText(view: view).text(of: reference, view.text.unquoted(entry.value))
    } else if let reference = Reference(nameAt: path) {
      parts += ReferenceText(view: view).text(of: reference, path.names?.last ?? "")
    }
    parts += EffectiveText(view: view).text(at: path)
    return answer(parts, isOnValue ? entry.value : entry.head)
  }

  private func answer(_ parts: [String], _ range: Range<Int>) -> JSONValue {
    guard !parts.isEmpty else { return .null }
    let text = parts.joined(separator: "\n\n")
    return .object([
      "contents": MarkedText(text, markdown: view.client.hoverMarkdown).value,
      "range": view.range(range).value,
    ])
  }

  /// The key with what it means and what may stand there.
  private func heading(_ path: [Outline.Step], _ entry: Outline.Entry) -> String? {
    // An item is explained by the list that it is in.
    let keyPath = entry.isItem ? Array(path.dropLast()) : path
    guard case .key(let name)? = keyPath.last else { return nil }
    let place = SchemaPlace(keyPath)
    guard let key = place.key else { return nameHeading(keyPath, name) }
    return KeyText(key).markdown
  }

  /// A name that the writer chose is explained by the key above it.
  private func nameHeading(_ path: [Outline.Step], _ name: String) -> String? {
    guard let section = SchemaPlace(path.dropLast()).key, path.count > 1 else { return nil }
    return "`\(name)` in `\(section.name)`: \(section.summary)"
  }

  /// The board that the file is held against.
  private var boardText: String? {
    guard let analysis = view.document.analysis else { return nil }
    let variants = analysis.variants.map(\.variant.name).joined(separator: ", ")
    let target = analysis.variants.first.map {
      "Linux \($0.target.kernel.version) on \($0.target.kernel.architecture.rawValue)"
    }
    return "**\(analysis.board.compatible.joined(separator: ", "))**\n\n"
      + "`\(analysis.board.file)`; variants: \(variants)" + (target.map { "; " + $0 } ?? "")
  }
}

/// A key as hovers and completions explain it.
struct KeyText {
  let key: Key

  init(_ key: Key) { self.key = key }

  /// The key, what it means, what may stand there, and examples.
  var markdown: String { "**\(key.name)**: \(body)" }

  /// The same without the key's name.
  var body: String {
    var text = key.summary
    if !key.shape.isCollection { text += "\n\nExpected: \(key.shape.expectation)." }
    // The words of a closed list stand in what is expected already.
    let shown = key.shape.isClosedList ? [] : key.examples.prefix(3)
    let examples = shown.map { "`\(key.name): \($0)`" }
    if !examples.isEmpty { text += "\n\nFor example " + examples.joined(separator: ", ") + "." }
    return text
  }
}

extension Shape {
  /// Whether a few words are all that may stand there.
  fileprivate var isClosedList: Bool {
    switch self {
    case .word, .flag: true
    default: false
    }
  }

  /// Whether other keys or names stand inside.
  fileprivate var isCollection: Bool {
    switch self {
    case .mapping, .named: true
    case .list(let item), .oneOrMore(let item): item.isCollection
    default: false
    }
  }
}

/// A text for the client, in Markdown where it can show that.
struct MarkedText {
  let text: String
  let isMarkdown: Bool

  init(_ text: String, markdown: Bool) {
    self.text = text
    isMarkdown = markdown
  }

  /// The protocol's `MarkupContent`.
  var value: JSONValue {
    .object([
      "kind": .string(isMarkdown ? "markdown" : "plaintext"),
      "value": .string(isMarkdown ? text : plain),
    ])
  }

  /// The text without the marks that this server writes.
  private var plain: String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("```") }
      .map { line in line.replacing("**", with: "").replacing("`", with: "") }
      .joined(separator: "\n")
  }
}
