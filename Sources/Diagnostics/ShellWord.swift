/// Text from outside as one word of a shell's command line, for commands that a reader may copy.
public enum ShellWord {
  /// `text` as it is, or in single quotes where a POSIX shell would make anything else of it than one
  /// word (Shell Command Language 2.2.2).
  ///
  /// A dash in front gets `./`, or it would be an option. What acts on a terminal is written out, as
  /// `VisibleText` does; no shell then finds such a file. O(length)
  public static func of(_ text: String) -> String {
    let visible = VisibleText.of(text.hasPrefix("-") ? "./" + text : text)
    if !visible.isEmpty, visible.unicodeScalars.allSatisfy(isPlain) { return visible }
    return "'" + visible.replacing("'", with: #"'\''"#) + "'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "/", ".", "_", "-", "+", ",", ":", "@", "%", "=": true
    // Letters of other scripts; blanks of any kind are not among them.
    default: scalar.value > 0x7F && scalar.properties.isAlphabetic
    }
  }
}
