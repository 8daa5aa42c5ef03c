/// Numbers as the kernel's command line has them.
enum MemParse {
  /// A number with an optional suffix K, M, G, T, P or E, and what is left of the text.
  ///
  /// Decimal, `0x` hexadecimal or `0` octal; without a digit the value is 0 and nothing is taken
  /// (`lib/cmdline.c: memparse`). Shifts drop the bits above 64, as there.
  static func parse(_ text: Substring) -> (value: UInt64, rest: Substring) {
    var digits = text
    var radix: UInt64 = 10
    if digits.hasPrefix("0x") || digits.hasPrefix("0X"),
      let third = digits.dropFirst(2).first, third.isASCII, third.isHexDigit
    {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0") {
      radix = 8
    }
    var value: UInt64 = 0
    while let character = digits.first, character.isASCII, let digit = character.hexDigitValue,
      digit < Int(radix)
    {
      value = value &* radix &+ UInt64(digit)
      digits = digits.dropFirst()
    }
    let shifts: [Character: UInt64] = ["k": 10, "m": 20, "g": 30, "t": 40, "p": 50, "e": 60]
    guard let suffix = digits.first, let shift = shifts[Character(suffix.lowercased())] else {
      return (value, digits)
    }
    return (value &<< shift, digits.dropFirst())
  }

  /// The number at the start of `text`.
  static func value(_ text: some StringProtocol) -> UInt64 { parse(Substring(text)).value }
}
