import Formats

/// One entry of a completion list.
struct CompletionItem {
  /// What the entry is, for its icon (LSP 3.17 "CompletionItemKind").
  enum Kind: UInt64 {
    case property = 10
    case value = 12
    case word = 20
    case reference = 18
    case name = 9
  }

  let label: String
  let kind: Kind
  var detail: String?
  var documentation: String?
  /// What replaces the word that is being typed.
  let text: String

  /// The entry as the protocol writes it, `place`th of its list.
  func value(_ place: Int, replacing range: TextRange, typed: String, markdown: Bool) -> JSONValue {
    let digits = String(place)
    // Clients compare what was typed, a quote included, with this.
    let isQuoted = typed.hasPrefix("\"") || typed.hasPrefix("'")
    var value: JSONObject = [
      "label": .string(label), "kind": .number(kind.rawValue),
      "sortText": .string(String(repeating: "0", count: max(0, 5 - digits.count)) + digits),
      "filterText": .string(isQuoted ? String(typed.prefix(1)) + label : label),
      "textEdit": .object(["range": range.value, "newText": .string(text)]),
    ]
    if let detail, !detail.isEmpty { value["detail"] = .string(detail) }
    if let documentation {
      value["documentation"] = MarkedText(documentation, markdown: markdown).value
    }
    return .object(value)
  }
}

extension String {
  /// The text as a plain word of YAML, or in quotes where it could mean something else.
  func yamlWord(quoted: Bool = false) -> String {
    let starts = "-?:#&*!|>%@`'".utf8
    let isPlain =
      !isEmpty && !quoted && !(utf8.first.map(starts.contains) ?? false) && last != ":"
      && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"\\,[]{}#".utf8.contains($0) }
      && !["null", "true", "false", "yes", "no", "on", "off", "~"].contains(lowercased())
    if isPlain { return self }
    return "\"" + replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
