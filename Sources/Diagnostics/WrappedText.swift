/// Text broken into lines between words.
enum WrappedText {
  /// The words of `text` in lines of at most `first` columns, then `rest`; never empty.
  ///
  /// Blanks in front and between words stay as they are; a word that is too long stands alone.
  /// O(length)
  static func lines(_ text: String, first: Int, rest: Int) -> [String] {
    if text.count <= first { return [text] }
    var lines: [String] = []
    var line = ""
    var isFirst = true
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let room = max(lines.isEmpty ? first : rest, 20)
      if isFirst {
        line = String(word)
        isFirst = false
      } else if line.count + 1 + word.count > room, !line.allSatisfy({ $0 == " " || $0 == ":" }) {
        lines.append(line)
        line = String(word)
      } else {
        line += " " + word
      }
    }
    return lines + [line]
  }
}
