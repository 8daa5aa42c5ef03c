extension JSONValue {
  /// The longest line that a list or object of plain values is put on.
  private static let lineLength = 100

  /// The value as a document: two spaces a level, a line feed at the end.
  ///
  /// A list or object that holds no other one stands on one line where it fits. The same value is
  /// always the same text. What could act on a terminal, end a line or hide is escaped, so the text
  /// is also YAML. O(length of the text)
  public var text: String {
    var text = ""
    write(to: &text, indent: 0, column: 0)
    return text + "\n"
  }

  /// The value on one line, without spaces and without a line feed at the end.
  public var compactText: String {
    switch self {
    case .array(let items): "[" + items.map(\.compactText).joined(separator: ",") + "]"
    case .object(let object):
      "{"
        + object.members.map { Self.quoted($0.name) + ":" + $0.value.compactText }
        .joined(separator: ",") + "}"
    default: plainText
    }
  }

  private func write(to text: inout String, indent: Int, column: Int) {
    if let line = lineText, column + line.utf8.count <= Self.lineLength || !isNonEmptyCollection {
      text += line
      return
    }
    let margin = String(repeating: "  ", count: indent + 1)
    let end = String(repeating: "  ", count: indent)
    switch self {
    case .array(let items):
      text += "[\n"
      for (index, item) in items.enumerated() {
        text += margin
        item.write(to: &text, indent: indent + 1, column: margin.count + 1)
        text += index + 1 < items.count ? ",\n" : "\n"
      }
      text += end + "]"
    case .object(let object):
      text += "{\n"
      for (index, member) in object.members.enumerated() {
        let name = Self.quoted(member.name) + ": "
        text += margin + name
        member.value.write(
          to: &text,
          indent: indent + 1,
          column: margin.count + name.utf8.count + 1
        )
        text += index + 1 < object.members.count ? ",\n" : "\n"
      }
      text += end + "}"
    default: text += plainText
    }
  }

  private var isNonEmptyCollection: Bool {
    switch self {
    case .array(let items): !items.isEmpty
    case .object(let object): !object.members.isEmpty
    default: false
    }
  }

  /// The text on one line; nil where a list or object holds another one.
  private var lineText: String? {
    switch self {
    case .array(let items):
      items.contains(where: \.isNonEmptyCollection)
        ? nil : "[" + items.map { $0.lineText ?? "" }.joined(separator: ", ") + "]"
    case .object(let object):
      object.members.contains(where: \.value.isNonEmptyCollection)
        ? nil
        : "{"
          + object.members.map { Self.quoted($0.name) + ": " + ($0.value.lineText ?? "") }
          .joined(separator: ", ") + "}"
    default: plainText
    }
  }

  /// The text of what is neither list nor object.
  private var plainText: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .number(let value): String(value)
    case .signed(let value): String(value)
    case .fraction(let units, let decimals): Self.decimalText(units, decimals)
    case .string(let text): Self.quoted(text)
    case .null, .array, .object: "null"
    }
  }

  private static func decimalText(_ units: Int64, _ decimals: Int) -> String {
    precondition((0...18).contains(decimals), "a fraction has 0 to 18 decimals")
    guard decimals > 0 else { return String(units) }
    let digits = String(units.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return (units < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// `text` in quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if isUnsafe(scalar) {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  /// Whether a character ends lines, acts on a terminal, changes direction or is no character.
  ///
  /// Above U+FFFF JSON has surrogate pairs only, which YAML does not know: those stay.
  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7f { return scalar.value < 0x20 }
    if scalar.value > 0xffff { return false }
    if scalar.value >= 0xfffe { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
