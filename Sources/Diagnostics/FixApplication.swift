extension SourceText {
  /// The bytes of the file with `fixes` applied; nil where two of them touch the same place or one
  /// lies outside the file.
  ///
  /// The order of `fixes` does not matter. O(bytes + n log n)
  public func applying(_ fixes: [FixIt]) -> [UInt8]? {
    var pieces: [(range: Range<Int>, text: String)] = []
    for fix in fixes {
      guard let start = offset(of: fix.span.start), let end = offset(of: fix.span.end),
        start <= end
      else { return nil }
      pieces.append((start..<end, fix.replacement))
    }
    pieces.sort { $0.range.lowerBound < $1.range.lowerBound }
    var result: [UInt8] = []
    var position = 0
    for piece in pieces {
      guard piece.range.lowerBound >= position else { return nil }
      result += bytes[position..<piece.range.lowerBound]
      result += Array(piece.text.utf8)
      position = piece.range.upperBound
    }
    return result + bytes[position...]
  }

  /// The byte at which a place begins; nil outside the file.
  private func offset(of position: SourcePosition) -> Int? {
    guard let start = start(ofLine: position.line), let line = line(position.line),
      position.column >= 1, position.column <= line.unicodeScalars.count + 1
    else { return nil }
    return start + line.unicodeScalars.prefix(position.column - 1).reduce(0) { $0 + UTF8.width($1) }
  }
}
