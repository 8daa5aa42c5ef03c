/// A property as devicetree source, and where in that line each of its cells stands.
public struct PropertyText: Hashable, Sendable {
  /// The line: `reg = <0x0 0x40000000>;`.
  public let text: String
  /// For each cell its characters in `text`; empty where the value is not printed as cells.
  public let cells: [Range<Int>]
  /// The characters of the whole value, or of the name where there is no value.
  public let value: Range<Int>

  /// The characters of the cells `range`, or of the whole value where the cells are not there.
  public func characters(ofCells range: Range<Int>?) -> Range<Int> {
    guard let range, !range.isEmpty, range.upperBound <= cells.count else { return value }
    return cells[range.lowerBound].lowerBound..<cells[range.upperBound - 1].upperBound
  }
}

extension Property {
  /// The property as `dtc` would print it: strings where every byte looks like text, else cells,
  /// else bytes (`dtc/treesource.c: guess_value_type`).
  public var sourceText: PropertyText {
    if count == 0 {
      return PropertyText(text: "\(name);", cells: [], value: 0..<name.count)
    }
    if looksLikeStrings { return quoted(strings.map { "\"\(Self.escaped($0))\"" }) }
    guard count % 4 == 0 else {
      let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      return quoted(["[" + digits.joined(separator: " ") + "]"])
    }
    return cellText
  }

  private var cellText: PropertyText {
    var text = "\(name) = <"
    var ranges: [Range<Int>] = []
    let start = text.count - 1
    var length = text.count
    for position in 0..<cellCount {
      let word = "0x" + String(cell(position), radix: 16)
      if position > 0 {
        text += " "
        length += 1
      }
      ranges.append(length..<length + word.count)
      text += word
      length += word.count
    }
    return PropertyText(text: text + ">;", cells: ranges, value: start..<length + 1)
  }

  private func quoted(_ values: [String]) -> PropertyText {
    let value = values.joined(separator: ", ")
    let start = name.count + 3
    return PropertyText(
      text: "\(name) = \(value);",
      cells: [],
      value: start..<start + value.count
    )
  }

  private var looksLikeStrings: Bool {
    guard bytes.last == 0, bytes.first != 0 else { return false }
    var previous: UInt8 = 0
    for (offset, byte) in bytes.enumerated() {
      if byte == 0 {
        if offset > 0, previous == 0 { return false }
      } else if byte < 0x20 || byte > 0x7e {
        return false
      }
      previous = byte
    }
    return true
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
  }
}
