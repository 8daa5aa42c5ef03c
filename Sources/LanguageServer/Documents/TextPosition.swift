import Formats
import YAML

/// How a client counts characters in a line (LSP 3.17 "PositionEncodingKind").
enum PositionEncoding: String {
  /// Code units of UTF-16: what every client knows.
  case utf16 = "utf-16"
  /// Bytes of UTF-8.
  case utf8 = "utf-8"

  /// How many units the bytes `bytes`, which are whole characters, have.
  func length(_ bytes: ArraySlice<UInt8>) -> Int {
    guard self == .utf16 else { return bytes.count }
    // A character of four bytes is a pair of units; every other begins with one byte that is none
    // of the following ones.
    return bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : $1 >= 0xF0 ? 2 : 1) }
  }

  /// How many of `bytes` the first `units` units take: never a part of a character, and never more
  /// than there are.
  func prefix(_ units: Int, of bytes: ArraySlice<UInt8>) -> Int {
    var left = units
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let lead = bytes[place]
      let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
      let cost = self == .utf8 ? width : width == 4 ? 2 : 1
      guard left >= cost else { break }
      left -= cost
      place += width
    }
    return min(place, bytes.endIndex) - bytes.startIndex
  }
}

/// A place as the protocol writes it: line and character, both from 0.
struct TextPosition: Hashable, Comparable {
  let line: Int
  let character: Int

  static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.line, lhs.character) < (rhs.line, rhs.character)
  }

  var value: JSONValue {
    .object(["line": .signed(Int64(line)), "character": .signed(Int64(character))])
  }

  init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  /// The place that a client states; nil where it is none.
  init?(_ node: YAMLNode?) {
    guard let node, let line = node["line"]?.wholeNumber,
      let character = node["character"]?.wholeNumber
    else { return nil }
    self.init(line: line, character: character)
  }
}

extension YAMLNode {
  /// The whole number that stands there, not negative and at most that of 32 bits; nil for
  /// everything else.
  var wholeNumber: Int? {
    guard let scalar, scalar.style == .plain, let number = UInt64(scalar.text) else { return nil }
    return Int(min(number, UInt64(Int32.max)))
  }

  /// The text in quotes that stands there.
  var quotedText: String? {
    guard let scalar, scalar.style != .plain else { return nil }
    return scalar.text
  }
}

/// A half-open piece of a text as the protocol writes it.
struct TextRange: Hashable {
  let start: TextPosition
  let end: TextPosition

  var value: JSONValue { .object(["start": start.value, "end": end.value]) }

  /// The beginning of a file.
  static let top = TextRange(
    start: TextPosition(line: 0, character: 0),
    end: TextPosition(line: 0, character: 0)
  )

  init(start: TextPosition, end: TextPosition) {
    self.start = start
    self.end = end
  }

  init?(_ node: YAMLNode?) {
    guard let node, let start = TextPosition(node["start"]), let end = TextPosition(node["end"])
    else { return nil }
    self.init(start: start, end: max(start, end))
  }

  /// Whether the two have a place in common, their ends included.
  func touches(_ other: TextRange) -> Bool { start <= other.end && other.start <= end }
}
