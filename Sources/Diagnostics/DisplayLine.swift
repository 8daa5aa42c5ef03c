/// One line of a source as a terminal shows it, cut to a width around what is marked in it.
struct DisplayLine {
  /// What is printed.
  let text: String
  /// Where each mark stands in `text`: terminal columns from 0.
  let marks: [Range<Int>]

  private static let ellipsis = "..."
  private static let tabWidth = 4

  /// Shows `line` in at most `width` columns, with the scalars `marks` kept in sight.
  ///
  /// If not all marks fit, the one at index `focus` is kept. An empty mark, or one behind the end
  /// of the line, takes one column. O(length of the line + marks)
  init(_ line: String, marks: [Range<Int>], focus: Int = 0, width: Int) {
    let clip = Self.clip(line, around: marks.isEmpty ? 0 : marks[focus].lowerBound, width: width)
    var pieces: [String] = []
    var starts = [0]
    for scalar in clip.scalars {
      let (piece, columns) = Self.shown(scalar)
      pieces.append(piece)
      starts.append(starts[starts.count - 1] + columns)
    }
    let whole = 0..<pieces.count
    let clamped = marks.map { mark in
      (mark.lowerBound - clip.offset..<mark.upperBound - clip.offset).clamped(to: whole)
    }
    let kept = clamped.isEmpty ? [] : [clamped[focus]] + clamped
    let window = Self.window(starts, kept, width: width)
    let head = window.lowerBound > 0 || clip.offset > 0 ? Self.ellipsis : ""
    let tail = window.upperBound < pieces.count || clip.isCut ? Self.ellipsis : ""
    text = head + pieces[window].joined() + tail
    let end = head.count + starts[window.upperBound] - starts[window.lowerBound]
    self.marks = zip(marks, clamped).map { (original, mark) in
      if mark.lowerBound > window.upperBound { return end..<end + max(1, tail.count) }
      let isLeft = mark.upperBound <= window.lowerBound && original.lowerBound < clip.offset
      if isLeft || (!mark.isEmpty && mark.upperBound <= window.lowerBound) {
        return 0..<max(1, head.count)
      }
      let from = starts[max(mark.lowerBound, window.lowerBound)] - starts[window.lowerBound]
      let to = starts[min(mark.upperBound, window.upperBound)] - starts[window.lowerBound]
      return head.count + from..<head.count + max(from + 1, to)
    }
  }

  /// The part of a very long line that can come into view at all, so that no more is laid out.
  private static func clip(
    _ line: String,
    around place: Int,
    width: Int
  ) -> (scalars: Substring.UnicodeScalarView, offset: Int, isCut: Bool) {
    let scalars = line.unicodeScalars
    guard line.utf8.count > 64 * width else { return (line[...].unicodeScalars, 0, false) }
    let start =
      scalars.index(
        scalars.startIndex,
        offsetBy: max(0, place - 2 * width),
        limitedBy: scalars.endIndex
      )
      ?? scalars.endIndex
    let end =
      scalars.index(start, offsetBy: 4 * width, limitedBy: scalars.endIndex) ?? scalars.endIndex
    let offset = scalars.distance(from: scalars.startIndex, to: start)
    return (scalars[start..<end], offset, end < scalars.endIndex)
  }

  private static func shown(_ scalar: Unicode.Scalar) -> (piece: String, columns: Int) {
    if scalar == "\t" { return (String(repeating: " ", count: tabWidth), tabWidth) }
    let piece = VisibleText.of(scalar)
    // An escape is ASCII: as wide as it is long.
    return (piece, piece.utf8.count > 4 ? piece.utf8.count : VisibleText.width(of: scalar))
  }

  /// The scalars to print: all if they fit, else the marks and as much around them as fits.
  private static func window(_ starts: [Int], _ marks: [Range<Int>], width: Int) -> Range<Int> {
    let count = starts.count - 1
    guard starts[count] > width, let first = marks.first else { return 0..<count }
    let room = max(1, width - 2 * ellipsis.count)
    func columns(_ range: Range<Int>) -> Int { starts[range.upperBound] - starts[range.lowerBound] }
    var window = marks.reduce(first) {
      min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound)
    }
    if columns(window) > room { window = first }
    while columns(window) > room { window = window.lowerBound..<window.upperBound - 1 }
    var (low, high) = (window.lowerBound, window.upperBound)
    var canGrow = true
    while canGrow {
      canGrow = false
      if low > 0, columns(low - 1..<high) <= room {
        low -= 1
        canGrow = true
      }
      if high < count, columns(low..<high + 1) <= room {
        high += 1
        canGrow = true
      }
    }
    return low..<high
  }
}
