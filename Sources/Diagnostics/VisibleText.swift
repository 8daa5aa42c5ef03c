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
