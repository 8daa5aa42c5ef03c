/// Text from outside made fit for a terminal: what would act on it comes out as an escape.
public enum VisibleText {
  /// `text` with control characters, line separators and invisible marks of direction written out.
  ///
  /// A tab becomes one space. O(length)
  public static func of(_ text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
    var result = ""
    for scalar in text.unicodeScalars { result += scalar == "\t" ? " " : of(scalar) }
    return result
  }

  /// Lines made fit for a terminal: as `of`, but line breaks stay, and with colours the sequences that
  /// the program itself writes.
  ///
  /// For whole texts into which names from outside were put; O(length).
  public static func lines(of text: String, _ decorator: Decorator = .plain) -> String {
    if text.utf8.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x0A }) { return text }
    var result = ""
    var rest = text.unicodeScalars[...]
    while let scalar = rest.first {
      if decorator == .ansi, let sequence = Self.look(rest) {
        result += sequence
        rest = rest.dropFirst(sequence.unicodeScalars.count)
        continue
      }
      result += scalar == "\n" ? "\n" : scalar == "\t" ? " " : of(scalar)
      rest = rest.dropFirst()
    }
    return result
  }

  /// Looks of text by SGR that outputs have: 0 ends one.
  private static let looks: Set<String> = [
    "0", "1", "2", "31", "32", "33", "34", "35", "36", "37", "90", "1;31", "1;32", "1;33", "1;34",
    "1;36", "31;1", "33;1",
  ]

  /// The sequence that the text begins with, where it is one of `looks`.
  private static func look(_ text: Substring.UnicodeScalarView) -> String? {
    guard text.first == "\u{1B}", text.dropFirst().first == "[" else { return nil }
    let code = String(String.UnicodeScalarView(text.dropFirst(2).prefix(5).prefix { $0 != "m" }))
    guard looks.contains(code) else { return nil }
    let sequence = "\u{1B}[\(code)m"
    return text.starts(with: sequence.unicodeScalars) ? sequence : nil
  }

  /// `scalar` itself, or `\u{1B}` where it would act on a terminal.
  static func of(_ scalar: Unicode.Scalar) -> String {
    guard isActive(scalar) else { return String(Character(scalar)) }
    return "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
  }

  /// Whether a terminal would obey the character or hide it, instead of showing it.
  private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7F: false
    // Joiners of emoji and of scripts that need them.
    case 0x200C, 0x200D: false
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
      default: false
      }
    }
  }

  /// How many terminal columns `scalar` takes: 0, 1 or 2.
  ///
  /// Two for the wide and full-width blocks of Unicode Standard Annex 11 and for emoji.
  static func width(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1160..<0x1200: return 0
    case 0x1100..<0x1160, 0x2E80..<0x303F, 0x3041..<0xA4D0, 0xA960..<0xA980, 0xAC00..<0xD7A4,
      0xF900..<0xFB00, 0xFE30..<0xFE70, 0xFF00..<0xFF61, 0xFFE0..<0xFFE7, 0x2_0000..<0x3_FFFE:
      return 2
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }
}
