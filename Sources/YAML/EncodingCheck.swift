import Diagnostics

/// Finds bytes that are not text of a YAML file, before libyaml sees them.
///
/// YAML 1.2 section 5.1 lists the characters. The line breaks of YAML 1.1 that are none in 1.2
/// (U+0085, U+2028, U+2029) are refused, because libyaml would count them as lines.
struct EncodingCheck {
  /// Why a byte or character is refused.
  enum Fault: Hashable {
    case utf16
    case utf32
    case nul
    case notUTF8
    case control(UInt32)
    case lineSeparator(UInt32)
  }

  /// The first place at fault.
  private(set) var first: (fault: Fault, offset: Int, length: Int)?
  /// How many places are at fault.
  private(set) var count = 0
  /// How many lines begin with `%`.
  private(set) var directives = 0

  /// Looks at every byte of `bytes`, in linear time.
  init(_ bytes: [UInt8]) {
    if let fault = Self.otherEncoding(bytes) {
      first = (fault, 0, 1)
      count = 1
      return
    }
    bytes.withUnsafeBufferPointer { scan($0) }
  }

  /// Recognises UTF-16 and UTF-32 by their mark or by the NUL bytes beside the first character.
  private static func otherEncoding(_ bytes: [UInt8]) -> Fault? {
    let head = Array(bytes.prefix(4))
    if head == [0xFF, 0xFE, 0, 0] || head == [0, 0, 0xFE, 0xFF] { return .utf32 }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return .utf16 }
    guard head.count == 4 else { return nil }
    switch head.map({ $0 == 0 }) {
    case [false, true, true, true], [true, true, true, false]: return .utf32
    case [false, true, false, true], [true, false, true, false]: return .utf16
    default: return nil
    }
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var isLineStart = true
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x20, byte < 0x7F {
        if isLineStart, byte == 0x25 { directives += 1 }
        isLineStart = false
        index += 1
      } else if byte == 0x0A || byte == 0x0D {
        isLineStart = true
        index += 1
      } else if byte < 0x80 {
        if byte == 0 {
          note(.nul, index, 1)
        } else if byte != 0x09 {
          note(.control(UInt32(byte)), index, 1)
        }
        isLineStart = false
        index += 1
      } else {
        isLineStart = false
        index += wideCharacter(bytes, at: index)
      }
    }
  }

  /// Judges the character at `index`, which is not ASCII, and returns how many bytes to go on.
  private mutating func wideCharacter(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
    let lead = bytes[index]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead < 0xF5, index + length <= bytes.count else {
      note(.notUTF8, index, 1)
      return 1
    }
    var scalar = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let byte = bytes[index + offset]
      guard byte & 0xC0 == 0x80 else {
        note(.notUTF8, index, 1)
        return 1
      }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
    guard scalar >= least, scalar <= 0x10_FFFF, scalar & 0xFFFF_F800 != 0xD800 else {
      note(.notUTF8, index, 1)
      return 1
    }
    switch scalar {
    case 0x85, 0x2028, 0x2029: note(.lineSeparator(scalar), index, length)
    case 0x80..<0xA0, 0xFEFF, 0xFFFE, 0xFFFF: note(.control(scalar), index, length)
    default: break
    }
    return length
  }

  private mutating func note(_ fault: Fault, _ offset: Int, _ length: Int) {
    count += 1
    if first == nil { first = (fault, offset, length) }
  }
}

extension EncodingCheck {
  /// The finding for the first place at fault, if there is one.
  func diagnostic(in source: SourceText) -> Diagnostic? {
    guard let first else { return nil }
    let (message, label, help) = first.fault.wording
    let start = source.position(ofByte: first.offset)
    let end = SourcePosition(line: start.line, column: start.column + 1)
    let span = SourceSpan(file: source.file, start: start, end: end)
    var notes: [String] = []
    if count > 1 {
      notes.append("\(count - 1) more \(count == 2 ? "place" : "places") like this")
    }
    return Diagnostic(
      "yaml-encoding",
      .error,
      message,
      at: Label(.source(span), label),
      notes: notes,
      help: help
    )
  }
}

extension EncodingCheck.Fault {
  /// What is said about the fault: headline, label and help.
  fileprivate var wording: (message: String, label: String, help: String) {
    switch self {
    case .utf16:
      ("the file is UTF-16, not UTF-8", "the file begins like UTF-16", "save the file as UTF-8")
    case .utf32:
      ("the file is UTF-32, not UTF-8", "the file begins like UTF-32", "save the file as UTF-8")
    case .nul:
      ("a NUL byte is not text", "NUL byte", "remove it, or check that this is a text file")
    case .notUTF8:
      ("the bytes here are not UTF-8", "not UTF-8", "save the file as UTF-8")
    case .control(let scalar):
      (
        "the character U+\(Self.hexadecimal(scalar)) is not allowed in YAML",
        "U+\(Self.hexadecimal(scalar))",
        "remove it; inside double quotes it can be written `\\u\(Self.hexadecimal(scalar))`"
      )
    case .lineSeparator(let scalar):
      (
        "the character U+\(Self.hexadecimal(scalar)) ends a line in YAML 1.1 and not in YAML 1.2",
        "U+\(Self.hexadecimal(scalar))",
        "remove it; inside double quotes it can be written `\\u\(Self.hexadecimal(scalar))`"
      )
    }
  }

  private static func hexadecimal(_ scalar: UInt32) -> String {
    let digits = String(scalar, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
