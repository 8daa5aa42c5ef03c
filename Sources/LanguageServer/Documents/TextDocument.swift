import Diagnostics
import YAML

/// A file as it stands in the editor.
struct TextDocument {
  /// How the client names it.
  let uri: String
  /// How findings name it: the path, or the URI where it is no file.
  let file: String
  /// The client's count of changes, if it has one.
  private(set) var version: Int64?
  /// The text in UTF-8.
  private(set) var bytes: [UInt8]
  /// Where each line begins; lines end at LF, CR LF or a CR alone, as in findings.
  private var lineStarts: [Int] = []

  init(uri: String, version: Int64?, text: String) {
    self.uri = uri
    file = DocumentURI.path(of: uri) ?? uri
    self.version = version
    bytes = Array(text.utf8)
    findLines()
  }

  private mutating func findLines() {
    lineStarts = [0]
    for index in bytes.indices {
      let byte = bytes[index]
      let isLoneReturn = byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
      if byte == 0x0A || isLoneReturn { lineStarts.append(index + 1) }
    }
  }

  /// How many lines there are; an empty one behind a final line break counts.
  var lineCount: Int { lineStarts.count }

  /// The bytes of a line from 0, without its line break.
  func line(_ number: Int) -> ArraySlice<UInt8> {
    guard lineStarts.indices.contains(number) else { return [] }
    var end = number + 1 < lineStarts.count ? lineStarts[number + 1] : bytes.count
    while end > lineStarts[number], bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[lineStarts[number]..<end]
  }

  // MARK: Changes

  /// Takes the changes of one `textDocument/didChange`: whole texts or pieces, each against the
  /// text that the one before it left.
  ///
  /// Places outside the text mean its nearest place; what is no change is passed over.
  mutating func apply(_ changes: [YAMLNode], version: Int64?, _ encoding: PositionEncoding) {
    for change in changes {
      guard let text = change["text"]?.quotedText else { continue }
      if let range = TextRange(change["range"]) {
        bytes.replaceSubrange(offsets(of: range, encoding), with: Array(text.utf8))
      } else {
        bytes = Array(text.utf8)
      }
      findLines()
    }
    self.version = version ?? self.version
  }

  // MARK: Places

  /// The byte at a place; behind a line's end it is that end, behind the text its end.
  func offset(of position: TextPosition, _ encoding: PositionEncoding) -> Int {
    guard lineStarts.indices.contains(position.line) else { return bytes.count }
    let line = line(position.line)
    return line.startIndex + encoding.prefix(position.character, of: line)
  }

  /// The bytes of a piece.
  func offsets(of range: TextRange, _ encoding: PositionEncoding) -> Range<Int> {
    let start = offset(of: range.start, encoding)
    return start..<max(start, offset(of: range.end, encoding))
  }

  /// The number, from 0, of the line that the byte at `offset` is in.
  func lineNumber(ofOffset offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The place of the byte at `offset`.
  func position(ofOffset offset: Int, _ encoding: PositionEncoding) -> TextPosition {
    let offset = max(0, min(offset, bytes.count))
    let number = lineNumber(ofOffset: offset)
    let line = line(number)
    let end = min(offset, line.endIndex)
    return TextPosition(line: number, character: encoding.length(line[line.startIndex..<end]))
  }

  /// The piece of these bytes.
  func range(of offsets: Range<Int>, _ encoding: PositionEncoding) -> TextRange {
    TextRange(
      start: position(ofOffset: offsets.lowerBound, encoding),
      end: position(ofOffset: offsets.upperBound, encoding)
    )
  }

  /// The byte at a place of a finding, whose columns are Unicode scalars.
  func offset(of position: SourcePosition) -> Int {
    guard position.line <= lineCount else { return bytes.count }
    let line = line(max(0, position.line - 1))
    // A byte order mark belongs to no line of a finding.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let skipped = position.line <= 1 && line.starts(with: mark) ? mark.count : 0
    var left = max(0, position.column - 1)
    var place = line.startIndex + skipped
    while left > 0, place < line.endIndex {
      place += 1
      while place < line.endIndex, line[place] & 0xC0 == 0x80 { place += 1 }
      left -= 1
    }
    return min(place, line.endIndex)
  }

  /// The piece that a finding means.
  func range(of span: SourceSpan, _ encoding: PositionEncoding) -> TextRange {
    let start = offset(of: span.start)
    return range(of: start..<max(start, offset(of: span.end)), encoding)
  }
}
