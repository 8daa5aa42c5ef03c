/// The text of one file with its lines, for showing places in it.
///
/// Lines end at LF, CR LF or a CR alone. A byte order mark at the start belongs to no line.
/// Bytes that are not UTF-8 read as U+FFFD.
public struct SourceText: Sendable {
  /// The file as it was named on the command line.
  public let file: String
  /// The file as it was read.
  public let bytes: [UInt8]
  /// Where each line starts; a file that ends in a line break has an empty last line.
  private let lineStarts: [Int]

  /// Finds the lines of `bytes`, in time linear in them.
  public init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var starts = [bytes.starts(with: mark) ? mark.count : 0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        let isLoneReturn =
          bytes[index] == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
        if bytes[index] == 0x0A || isLoneReturn { starts.append(index + 1) }
      }
    }
    lineStarts = starts
  }

  /// Finds the lines of `text`.
  public init(file: String, text: String) {
    self.init(file: file, bytes: Array(text.utf8))
  }

  /// How many lines there are; the empty one behind a final line break counts.
  public var lineCount: Int { lineStarts.count }

  /// Where the line of this number begins in `bytes`; nil outside the file.
  func start(ofLine number: Int) -> Int? {
    lineStarts.indices.contains(number - 1) ? lineStarts[number - 1] : nil
  }

  /// The line of this number, from 1, without its line break; nil outside the file.
  ///
  /// O(length of the line)
  public func line(_ number: Int) -> String? {
    guard number >= 1, number <= lineStarts.count else { return nil }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// The text from `start` to `end`, line breaks as LF; what lies outside the file is left out.
  ///
  /// O(length of the lines touched)
  public func text(from start: SourcePosition, to end: SourcePosition) -> String {
    let first = max(1, start.line)
    let last = min(end.line, lineCount)
    guard start < end, first <= last else { return "" }
    var pieces: [String] = []
    for number in first...last {
      guard let scalars = line(number)?.unicodeScalars else { break }
      let from = number == start.line ? max(0, start.column - 1) : 0
      let to = number == end.line ? max(0, end.column - 1) : scalars.count
      guard from <= to else { continue }
      pieces.append(String(scalars.prefix(to).dropFirst(from)))
    }
    return pieces.joined(separator: "\n")
  }

  /// The text of `span`.
  ///
  /// O(length of the lines touched)
  public func text(of span: SourceSpan) -> String { text(from: span.start, to: span.end) }

  /// Where the byte at `offset` stands; an offset behind the end is the end.
  ///
  /// O(log lines + length of the line)
  public func position(ofByte offset: Int) -> SourcePosition {
    let offset = max(lineStarts[0], min(offset, bytes.count))
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return SourcePosition(line: low + 1, column: before.unicodeScalars.count + 1)
  }
}
