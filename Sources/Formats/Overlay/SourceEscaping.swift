import Layout

/// Texts from outside, made fit for devicetree source.
enum SourceEscaping {
  /// `text` as a string of devicetree source, with its quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): result += "\\\""
      case UInt8(ascii: "\\"): result += "\\\\"
      case 0x20..<0x7f: result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return result + "\""
  }

  /// `text` for a comment: on one line, in ASCII, and without the end of a comment.
  static func comment(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if (0x20..<0x7f).contains(scalar.value) {
        if scalar == "/", result.hasSuffix("*") { result += " " }
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      }
    }
    return result
  }

  /// `property` as a line of devicetree source.
  static func line(_ property: LayoutPatch.NewProperty) -> String {
    switch property.value {
    case .empty: property.name + ";"
    case .cells(let cells): property.name + " = " + angle(cells) + ";"
    case .strings(let strings):
      property.name + " = " + strings.map(quoted).joined(separator: ", ") + ";"
    case .bytes(let bytes): line(property.name, bytes)
    }
  }

  /// Bytes whose meaning is not known: as text where all of it is, else as cells or bytes.
  private static func line(_ name: String, _ bytes: [UInt8]) -> String {
    if bytes.isEmpty { return name + ";" }
    let strings = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
    let isText =
      bytes.last == 0
      && strings.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { (0x20..<0x7f).contains($0) }
      }
    if isText {
      let texts = strings.map { quoted(String(decoding: $0, as: UTF8.self)) }
      return name + " = " + texts.joined(separator: ", ") + ";"
    }
    if bytes.count % 4 == 0 {
      let cells = stride(from: 0, to: bytes.count, by: 4).map { start in
        bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      }
      return name + " = " + angle(cells) + ";"
    }
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return name + " = [" + digits.joined(separator: " ") + "];"
  }

  private static func angle(_ cells: [UInt32]) -> String {
    "<" + cells.map { "0x" + String($0, radix: 16) }.joined(separator: " ") + ">"
  }
}
