/// Makes an outline, line by line.
struct OutlineParser {
  let document: TextDocument
  var bytes: [UInt8] { document.bytes }
  var outline = Outline()
  /// The line that is read next.
  var line = 0
  /// The entries in block style that are open, outer before inner.
  private var stack: [Int] = []
  /// How many items the list of each entry has so far; -1 stands for the document.
  private var itemCounts: [Int: Int] = [:]

  init(_ document: TextDocument) { self.document = document }

  mutating func parse() {
    while line < document.lineCount {
      let text = withoutMark(document.line(line))
      line += 1
      let content = text.drop { $0 == 0x20 || $0 == 0x09 }
      if isMarker(text) {
        outline.documentStarts.append(text.startIndex)
        stack = []
        itemCounts[-1] = nil
      } else if content.first == UInt8(ascii: "#") {
        outline.texts.append(content.startIndex..<content.endIndex)
      } else if !content.isEmpty, text.first != UInt8(ascii: "%") {
        parseLine(content, column: content.startIndex - text.startIndex)
      }
    }
  }

  /// A line without the byte order mark that a file may begin with.
  private func withoutMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.startIndex == 0 && text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text
  }

  /// Whether a line begins a document; one before anything else only begins the first.
  private func isMarker(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.starts(with: "---".utf8), text.count == 3 || text.dropFirst(3).first == 0x20 else {
      return false
    }
    return !outline.entries.isEmpty || !outline.documentStarts.isEmpty
  }

  /// The number of the document that is being read.
  var documentNumber: Int { outline.documentStarts.count }

  // MARK: Block style

  private mutating func parseLine(_ content: ArraySlice<UInt8>, column: Int) {
    var rest = content
    var column = column
    while rest.first == UInt8(ascii: "-"), isBlank(rest.dropFirst().first) {
      let head = rest.startIndex..<rest.startIndex + 1
      openItem(head, column: column)
      let next = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
      column += next.startIndex - rest.startIndex
      rest = next
    }
    guard let first = rest.first, first != UInt8(ascii: "#") else { return noteComment(rest) }
    if let (head, colon) = key(rest) {
      let entry = openKey(head, colon: colon, column: column)
      parseValue(bytes[(colon + 1)..<rest.endIndex], of: entry, column: column)
      return
    }
    let range = rest.startIndex..<plainEnd(rest)
    if let item = stack.last, outline.entries[item].isItem,
      document.lineNumber(ofOffset: outline.entries[item].head.lowerBound) + 1 == line
    {
      return parseValue(rest, of: item, column: outline.entries[item].column)
    }
    close(downTo: column)
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
      parseFlow(from: rest.startIndex, owner: stack.last, column: ownerColumn)
    } else {
      add(step: .key(unquoted(range)), head: range, colon: nil, column: column)
    }
  }

  /// The indentation that lines of a value of the innermost open entry are beyond.
  private var ownerColumn: Int { stack.last.map { outline.entries[$0].column } ?? -1 }

  private mutating func openItem(_ head: Range<Int>, column: Int) {
    while let top = stack.last {
      let entry = outline.entries[top]
      // A list may stand as far left as the key that it belongs to.
      let owns =
        entry.column < column || (entry.column == column && !entry.isItem && entry.value.isEmpty)
      if owns { break }
      stack.removeLast()
    }
    let owner = stack.last ?? -1
    let number = itemCounts[owner, default: 0]
    itemCounts[owner] = number + 1
    let item = add(step: .item(number), head: head, colon: nil, column: column)
    stack.append(item)
  }

  private mutating func openKey(_ head: Range<Int>, colon: Int, column: Int) -> Int {
    close(downTo: column)
    let entry = add(step: .key(unquoted(head)), head: head, colon: colon, column: column)
    stack.append(entry)
    return entry
  }

  /// Closes what is indented as far as `column` or farther.
  private mutating func close(downTo column: Int) {
    while let top = stack.last, outline.entries[top].column >= column { stack.removeLast() }
  }

  @discardableResult
  private mutating func add(step: Outline.Step, head: Range<Int>, colon: Int?, column: Int) -> Int {
    outline.entries.append(
      Outline.Entry(
        step: step,
        parent: stack.last,
        document: documentNumber,
        head: head,
        colon: colon,
        value: head.upperBound..<head.upperBound,
        column: column
      )
    )
    return outline.entries.count - 1
  }

  /// The key that a line begins with, and its colon.
  private func key(_ text: ArraySlice<UInt8>) -> (head: Range<Int>, colon: Int)? {
    guard let first = text.first, !"[{#|>".utf8.contains(first) else { return nil }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      let end = quotedEnd(text)
      let colon = bytes[end..<text.endIndex].drop { $0 == 0x20 }
      guard colon.first == UInt8(ascii: ":"), isBlank(colon.dropFirst().first) else { return nil }
      return (text.startIndex..<end, colon.startIndex)
    }
    let end = plainEnd(text)
    let colon = text[..<end].indices.first { index in
      bytes[index] == UInt8(ascii: ":")
        && (index + 1 == text.endIndex || isBlank(bytes[index + 1]))
    }
    guard let colon else { return nil }
    var headEnd = colon
    while headEnd > text.startIndex, bytes[headEnd - 1] == 0x20 { headEnd -= 1 }
    return (text.startIndex..<headEnd, colon)
  }

  /// What stands behind a colon or dash.
  private mutating func parseValue(_ text: ArraySlice<UInt8>, of entry: Int, column: Int) {
    var rest = text.drop { $0 == 0x20 || $0 == 0x09 }
    // An anchor or a tag is no part of the value.
    while let first = rest.first, first == UInt8(ascii: "&") || first == UInt8(ascii: "!") {
      rest = rest.drop { $0 != 0x20 }.drop { $0 == 0x20 }
    }
    guard let first = rest.first, first != UInt8(ascii: "#") else { return noteComment(rest) }
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
      let end = parseFlow(from: rest.startIndex, owner: entry, column: column)
      outline.entries[entry].value = rest.startIndex..<end
    } else if first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
      outline.entries[entry].value = rest.startIndex..<rest.startIndex + 1
      skipBlockText(column: column)
    } else {
      let isQuoted = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
      let end = isQuoted ? quotedEnd(rest) : plainEnd(rest)
      outline.entries[entry].value = rest.startIndex..<end
      noteComment(bytes[end..<rest.endIndex].drop { $0 == 0x20 || $0 == 0x09 })
    }
  }

  private mutating func skipBlockText(column: Int) {
    while line < document.lineCount {
      let text = document.line(line)
      let indentation = text.prefix { $0 == 0x20 }.count
      guard indentation > column || indentation == text.count else { return }
      outline.texts.append(text.startIndex..<text.endIndex)
      line += 1
    }
  }

  mutating func noteComment(_ rest: ArraySlice<UInt8>) {
    if rest.first == UInt8(ascii: "#") { outline.texts.append(rest.startIndex..<rest.endIndex) }
  }

  // MARK: Words

  private func isBlank(_ byte: UInt8?) -> Bool { byte == nil || byte == 0x20 || byte == 0x09 }

  /// The end of the plain text that `text` begins with: a comment or the end of the line.
  private func plainEnd(_ text: ArraySlice<UInt8>) -> Int {
    let comment = text.indices.first { index in
      bytes[index] == UInt8(ascii: "#") && index > text.startIndex && isBlank(bytes[index - 1])
    }
    var end = comment ?? text.endIndex
    while end > text.startIndex, isBlank(bytes[end - 1]) { end -= 1 }
    return end
  }

  /// The end of the quoted text that `text` begins with; one that is not closed ends with the line.
  func quotedEnd(_ text: ArraySlice<UInt8>) -> Int {
    guard let quote = text.first else { return text.startIndex }
    var place = text.startIndex + 1
    while place < text.endIndex {
      if bytes[place] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        place += 1
      } else if bytes[place] == quote {
        guard quote == UInt8(ascii: "'"), place + 1 < text.endIndex, bytes[place + 1] == quote
        else {
          return place + 1
        }
        place += 1
      }
      place += 1
    }
    return text.endIndex
  }

  /// The text of a head or value without its quotes; escapes stay as they are.
  func unquoted(_ range: Range<Int>) -> String { document.unquoted(range) }
}

extension TextDocument {
  /// The text of these bytes without the quotes around it; escapes stay as they are.
  func unquoted(_ range: Range<Int>) -> String {
    var text = bytes[range]
    if let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      text = text.dropFirst()
      if text.last == quote { text = text.dropLast() }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
