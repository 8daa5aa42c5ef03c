import YAML

/// JSON as it comes from a client, made fit for the reader of YAML.
///
/// JSON is a part of YAML but for what is dealt with here: surrogate pairs, characters that YAML
/// wants escaped, white space, and words that only YAML knows.
struct JSONText {
  /// How much one message may ask for.
  private static let limits = YAMLLimits(bytes: 128 << 20, nodes: 1_000_000, aliasNodes: 0)

  private let bytes: [UInt8]
  private var place = 0
  private var output: [UInt8] = []

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    output.reserveCapacity(bytes.count + bytes.count / 16)
  }

  /// The value in `bytes`; nil where they are no JSON text.
  ///
  /// Linear in the number of bytes.
  static func value(_ bytes: [UInt8]) -> YAMLNode? {
    var text = JSONText(bytes)
    guard text.translate() else { return nil }
    let read = YAMLReader.read(bytes: text.output, file: "message", limits: limits)
    guard read.diagnostics.isEmpty, read.documents.count == 1 else { return nil }
    return read.documents.first
  }

  private mutating func translate() -> Bool {
    while place < bytes.count {
      let byte = bytes[place]
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D:
        place += 1
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
        output.append(byte)
        place += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        output += [byte, 0x20]
        place += 1
      case UInt8(ascii: "\""):
        guard translateString() else { return false }
      default:
        guard translateWord() else { return false }
      }
    }
    return true
  }

  /// A number, `true`, `false` or `null`.
  private mutating func translateWord() -> Bool {
    let word = bytes[place...].prefix { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "E")
        || "+-.".utf8.contains(byte)
    }
    guard let first = word.first else { return false }
    let isNumber = first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
    let isName = ["true", "false", "null"].contains { word.elementsEqual($0.utf8) }
    guard isName || (isNumber && word.contains { (0x30...0x39).contains($0) }) else { return false }
    // White space is gone: two words in a row must not become one.
    if let last = output.last, !"[{ ".utf8.contains(last) { return false }
    output += word
    place += word.count
    return true
  }

  private mutating func translateString() -> Bool {
    output.append(bytes[place])
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        output.append(byte)
        place += 1
        return true
      }
      if byte == UInt8(ascii: "\\") {
        guard translateEscape() else { return false }
      } else if (0x20..<0x7F).contains(byte) {
        output.append(byte)
        place += 1
      } else {
        guard byte >= 0x7F, translateWide() else { return false }
      }
    }
    return false
  }

  private mutating func translateEscape() -> Bool {
    guard place + 1 < bytes.count else { return false }
    switch bytes[place + 1] {
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal(at: place + 2) else { return false }
      place += 6
      write(scalar(startingWith: unit))
    case UInt8(ascii: "/"):
      output.append(UInt8(ascii: "/"))
      place += 2
    case let kind where "\"\\bfnrt".utf8.contains(kind):
      output += [UInt8(ascii: "\\"), kind]
      place += 2
    default: return false
    }
    return true
  }

  /// The character that begins with the UTF-16 unit `unit`; half a pair stands for none.
  private mutating func scalar(startingWith unit: UInt32) -> Unicode.Scalar {
    let isHigh = unit & 0xFC00 == 0xD800
    if isHigh, place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
      bytes[place + 1] == UInt8(ascii: "u"), let low = hexadecimal(at: place + 2),
      low & 0xFC00 == 0xDC00
    {
      place += 6
      return Unicode.Scalar(0x1_0000 + (unit & 0x3FF) << 10 + (low & 0x3FF)) ?? "\u{FFFD}"
    }
    return Unicode.Scalar(unit) ?? "\u{FFFD}"
  }

  private func hexadecimal(at start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// A character above ASCII as it stands; bytes that are not UTF-8 are no JSON text.
  private mutating func translateWide() -> Bool {
    let lead = bytes[place]
    let length = lead == 0x7F ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard place + length <= bytes.count,
      let text = String(validating: bytes[place..<place + length], as: UTF8.self),
      let scalar = text.unicodeScalars.first
    else { return false }
    place += length
    write(scalar)
    return true
  }

  /// Writes a character so that YAML takes it: the printable ones as they are.
  private mutating func write(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22, 0x5C: output += [0x5C, UInt8(scalar.value)]
    case 0x20..<0x7F: output.append(UInt8(scalar.value))
    case 0xA0..<0x2028, 0x202A..<0xFEFF, 0xFF00..<0xFFFE, 0x1_0000...:
      output += Array(String(Character(scalar)).utf8)
    default:
      let digits = String(scalar.value, radix: 16)
      output += Array("\\u".utf8) + Array(repeating: 0x30, count: 4 - digits.count)
      output += Array(digits.utf8)
    }
  }
}
