/// Lines for a terminal, none wider than it is.
public enum FittedText {
  /// `text` with every line that has more than `width` characters broken at spaces.
  ///
  /// What follows a break stands below the last column of the line, where two spaces or more begin
  /// one, so that tables stay tables; else below the beginning of the line, a little further in.
  public static func lines(of text: String, width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.count <= width ? String($0) : broken($0, width) }.joined(separator: "\n")
  }

  /// Paragraphs of `text` filled to `width` columns; what is indented, a list or a table stays.
  public static func paragraphs(of text: String, width: Int) -> String {
    var done: [String] = []
    var open = ""
    func close() {
      if !open.isEmpty { done.append(lines(of: open, width: width)) }
      open = ""
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isPlain = line.first.map { !" |-*`#>".contains($0) || line.hasPrefix("`") } ?? false
      if isPlain, !line.hasPrefix("```") {
        open += (open.isEmpty ? "" : " ") + line
      } else {
        close()
        done.append(String(line))
      }
    }
    close()
    return done.joined(separator: "\n")
  }

  private static func broken(_ line: Substring, _ width: Int) -> String {
    let indentation = line.prefix { $0 == " " }.count
    var hanging = indentation == 0 ? 0 : indentation + 2
    var result = ""
    var column = 0
    var rest = line
    while !rest.isEmpty {
      let gap = rest.prefix { $0 == " " }.count
      let word = rest.dropFirst(gap).prefix { $0 != " " }
      rest = rest.dropFirst(gap + word.count)
      if gap > 1, column > 0, column + gap <= width / 2 { hanging = column + gap }
      if column > 0, column + gap + word.count > width {
        let start = max(0, min(hanging, width - word.count))
        result += "\n" + String(repeating: " ", count: start) + word
        column = start + word.count
      } else {
        result += String(repeating: " ", count: gap) + word
        column += gap + word.count
      }
    }
    return result
  }
}
