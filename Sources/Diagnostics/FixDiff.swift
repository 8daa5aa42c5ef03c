/// What a fix changes, line by line.
struct FixDiff {
  /// The number of the first line that changes.
  let firstLine: Int
  /// The scalar at which the first of them changes, from 0.
  let column: Int
  /// The lines that go.
  let removed: [String]
  /// The lines that come.
  let added: [String]

  /// The lines of `source` that `fix` changes; nil if its span is not in the file.
  init?(_ fix: FixIt, in source: SourceText) {
    let (start, end) = (fix.span.start, fix.span.end)
    guard start <= end, let first = source.line(start.line), let last = source.line(end.line) else {
      return nil
    }
    var old = (start.line...end.line).map { source.line($0) ?? "" }
    let head = String(first.unicodeScalars.prefix(max(0, start.column - 1)))
    let tail = String(last.unicodeScalars.dropFirst(max(0, end.column - 1)))
    var new = (head + fix.replacement + tail)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var number = start.line
    while let last = old.last, last == new.last {
      old.removeLast()
      new.removeLast()
    }
    while let first = old.first, first == new.first {
      old.removeFirst()
      new.removeFirst()
      number += 1
    }
    (firstLine, removed, added) = (number, old, new)
    column = number == start.line ? max(0, start.column - 1) : 0
  }
}
