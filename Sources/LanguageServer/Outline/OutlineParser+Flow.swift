/// Flow style: `{key: value, list: [a, b]}`, over several lines too.
extension OutlineParser {
  /// How deep brackets are followed; deeper ones are passed over.
  private static let maximumDepth = 64

  /// Reads brackets from the one at `start` to its partner, and returns the place behind it.
  ///
  /// Brackets that are not closed end before the next line that is not indented farther than the
  /// line of their owner.
  @discardableResult
  mutating func parseFlow(from start: Int, owner: Int?, column: Int) -> Int {
    var open: [Int] = []
    var place = start
    var end = lineEnd(at: start)
    // The entry that is being read, for each pair of brackets that is open.
    var current: [Int?] = []
    while true {
      if place >= end {
        guard let next = continuation(column: column) else { break }
        (place, end) = next
        continue
      }
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        guard open.count < Self.maximumDepth else { return end }
        let holder = open.isEmpty ? owner : value(in: open, &current, at: place)
        open.append(openFlow(isMapping: byte == UInt8(ascii: "{"), at: place, owner: holder))
        current.append(startEntry(in: open, at: place + 1))
        place += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard let flow = open.popLast() else { return place }
        finish(current.removeLast(), at: place)
        outline.flows[flow].inside = outline.flows[flow].inside.lowerBound..<place
        place += 1
        if open.isEmpty { return place }
        if let outer = current.last, let outer { extendValue(of: outer, to: place) }
      case UInt8(ascii: ","):
        if let last = current.indices.last {
          finish(current[last], at: place)
          current[last] = startEntry(in: open, at: place + 1)
        }
        place += 1
      case UInt8(ascii: "#") where bytes[place - 1] == 0x20:
        outline.texts.append(place..<end)
        place = end
      case 0x20, 0x09: place += 1
      default:
        place = word(at: place, lineEnd: end, in: open, &current)
      }
    }
    for (flow, entry) in zip(open, current) {
      finish(entry, at: end)
      outline.flows[flow].inside = outline.flows[flow].inside.lowerBound..<end
    }
    return end
  }

  private func lineEnd(at place: Int) -> Int {
    document.line(document.lineNumber(ofOffset: place)).endIndex
  }

  /// The next line, if it still belongs to brackets whose owner stands at `column`.
  private mutating func continuation(column: Int) -> (start: Int, end: Int)? {
    guard line < document.lineCount else { return nil }
    let text = document.line(line)
    let content = text.drop { $0 == 0x20 || $0 == 0x09 }
    let indentation = content.startIndex - text.startIndex
    let closes = content.first == UInt8(ascii: "]") || content.first == UInt8(ascii: "}")
    guard content.isEmpty || indentation > column || closes else { return nil }
    line += 1
    return (content.startIndex, text.endIndex)
  }

  private mutating func openFlow(isMapping: Bool, at place: Int, owner: Int?) -> Int {
    outline.flows.append(
      Outline.Flow(isMapping: isMapping, inside: (place + 1)..<(place + 1), owner: owner)
    )
    return outline.flows.count - 1
  }

  /// An entry of a list is there before its text is; one of a mapping begins with its key.
  private mutating func startEntry(in open: [Int], at place: Int) -> Int? {
    guard let flow = open.last else { return nil }
    let isMapping = outline.flows[flow].isMapping
    let number = outline.flows[flow].entries.count
    let entry = Outline.Entry(
      step: isMapping ? .key("") : .item(number),
      parent: outline.flows[flow].owner,
      document: documentNumber,
      head: place..<place,
      colon: nil,
      value: place..<place,
      column: 0,
      extent: place..<place
    )
    outline.entries.append(entry)
    outline.flows[flow].entries.append(outline.entries.count - 1)
    return outline.entries.count - 1
  }

  private mutating func finish(_ entry: Int?, at place: Int) {
    guard let entry, let extent = outline.entries[entry].extent else { return }
    outline.entries[entry].extent = extent.lowerBound..<max(extent.lowerBound, place)
  }

  private mutating func extendValue(of entry: Int, to place: Int) {
    let value = outline.entries[entry].value
    outline.entries[entry].value = value.lowerBound..<max(value.lowerBound, place)
  }

  /// The entry whose value begins with a bracket at `place`.
  private mutating func value(in open: [Int], _ current: inout [Int?], at place: Int) -> Int? {
    guard let last = current.last, let entry = last else { return nil }
    outline.entries[entry].value = place..<place + 1
    return entry
  }

  /// Reads a plain or quoted text and gives it to the entry that is being read.
  private mutating func word(
    at place: Int,
    lineEnd: Int,
    in open: [Int],
    _ current: inout [Int?]
  ) -> Int {
    let isQuoted = bytes[place] == UInt8(ascii: "\"") || bytes[place] == UInt8(ascii: "'")
    var end = isQuoted ? quotedEnd(bytes[place..<lineEnd]) : plainFlowEnd(place, lineEnd)
    var next = end
    while next < lineEnd, bytes[next] == 0x20 { next += 1 }
    while !isQuoted, end > place, bytes[end - 1] == 0x20 { end -= 1 }
    guard let flow = open.last, let last = current.last, let entry = last else { return next }
    let isKey = outline.flows[flow].isMapping && outline.entries[entry].colon == nil
    guard isKey else {
      let value = outline.entries[entry].value
      let start = value.isEmpty ? place : value.lowerBound
      outline.entries[entry].value = start..<end
      return max(next, place + 1)
    }
    var colon: Int?
    if next < lineEnd, bytes[next] == UInt8(ascii: ":") {
      colon = next
      next += 1
    }
    let old = outline.entries[entry]
    outline.entries[entry] = Outline.Entry(
      step: .key(unquoted(place..<end)),
      parent: old.parent,
      document: old.document,
      head: place..<end,
      colon: colon,
      value: next..<next,
      column: 0,
      extent: old.extent
    )
    return max(next, place + 1)
  }

  /// The end of a plain text: a separator, a colon with a blank behind it, or the line's end.
  private func plainFlowEnd(_ place: Int, _ lineEnd: Int) -> Int {
    var end = place
    while end < lineEnd {
      let byte = bytes[end]
      if "[]{},".utf8.contains(byte) { break }
      if byte == UInt8(ascii: "#"), end > place, bytes[end - 1] == 0x20 { break }
      if byte == UInt8(ascii: ":") {
        let isLast = end + 1 == lineEnd
        if isLast || " ,]}[{".utf8.contains(bytes[end + 1]) { break }
      }
      end += 1
    }
    return end
  }
}
