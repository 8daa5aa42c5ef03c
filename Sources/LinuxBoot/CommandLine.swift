/// The kernel's command line: words `name` or `name=value`, in order.
public struct CommandLine: Hashable, Sendable {
  /// One word of the line.
  public struct Word: Hashable, Sendable {
    /// What stands before the `=`.
    public let name: String
    /// What stands after the `=`, without quotes; nil where there is no `=`.
    public let value: String?
    /// The characters of the word in the text.
    public let characters: Range<Int>
  }

  /// The line as given.
  public let text: String
  /// The words up to a lone `--`, behind which everything is for init.
  public let words: [Word]

  /// Reads a line as `lib/cmdline.c: next_arg` does: blanks separate, double quotes protect blanks.
  public init(_ text: String) {
    self.text = text
    var words: [Word] = []
    let characters = Array(text)
    var position = 0
    while let word = Self.nextWord(characters, &position) {
      if word.name == "--", word.value == nil { break }
      words.append(word)
    }
    self.words = words
  }

  private static func nextWord(_ characters: [Character], _ position: inout Int) -> Word? {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    guard position < characters.count else { return nil }
    let start = position
    var quoted = false
    var equals: Int?
    while position < characters.count, quoted || !characters[position].isWhitespace {
      if characters[position] == "=", equals == nil { equals = position }
      if characters[position] == "\"" { quoted.toggle() }
      position += 1
    }
    var name = String(characters[start..<(equals ?? position)])
    if name.hasPrefix("\"") { name.removeFirst() }
    var value = equals.map { String(characters[($0 + 1)..<position]) }
    if value?.hasPrefix("\"") == true { value?.removeFirst() }
    if value?.hasSuffix("\"") == true { value?.removeLast() }
    return Word(name: name, value: value, characters: start..<position)
  }

  /// Every word of this name, in order; `-` and `_` are the same in names
  /// (`kernel/params.c: parameqn`).
  public func words(_ name: String) -> [Word] {
    let wanted = name.replacing("-", with: "_")
    return words.filter { $0.name.replacing("-", with: "_") == wanted }
  }

  /// The last word of this name, or nil.
  public func last(_ name: String) -> Word? { words(name).last }

  /// Whether a word of this name is there.
  public func has(_ name: String) -> Bool { !words(name).isEmpty }
}
