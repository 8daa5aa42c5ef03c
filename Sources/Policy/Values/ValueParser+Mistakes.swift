/// What is said of a value that is written otherwise than policy wants it.
extension ValueParser {
  func badUnit(_ value: UInt64, _ unit: Substring, spaced: Bool = false) -> ValueError {
    let letter = unit.first.map { String($0).uppercased() } ?? ""
    if ["K", "M", "G", "T"].contains(letter) {
      // Only where the number and its unit are the whole text is the rest known to be right.
      let isWhole = rest.drop { $0 == " " }.count == unit.count && text.first?.isNumber == true
      let spelled = text.prefix { $0.isNumber || $0 == "_" }
      // MB may be meant as a million bytes; with a space alone in between there is no doubt.
      let isKnown = spaced && Self.byteUnits.contains { $0.name == unit }
      let replacement = isKnown ? "\(spelled)\(unit)" : "\(spelled)\(letter)iB"
      return ValueError(
        "`\(text)` is no size",
        help: "write `\(value)\(letter)iB` or `\(value)\(letter)`",
        replacement: isWhole ? replacement : nil,
        isOnlyReading: isKnown
      )
    }
    return ValueError(
      "`\(text)` is no size: there is no unit `\(unit)`",
      help: "use KiB, MiB, GiB or K, M, G, or plain bytes"
    )
  }

  /// Refuses what YAML 1.1 and C read in other ways: leading zeros, `0o17`, floats, base 60.
  func refuseLookalikes(
    _ start: Substring,
    radix: UInt64,
    value: UInt64,
    digits: Int
  ) throws(ValueError) {
    if radix == 10, digits > 1, start.hasPrefix("0") {
      throw ValueError(
        "`\(text)` begins with a zero, which some readers take for octal",
        help: "write \(value), or 0x... for hexadecimal"
      )
    }
    if radix == 10, rest.hasPrefix("o") || rest.hasPrefix("b"), value == 0 {
      let base = rest.hasPrefix("o") ? 8 : 2
      let digits = rest.dropFirst().prefix { $0.isNumber || $0 == "_" }
      let isWhole = digits.count + 1 == rest.count && text == start
      let meant = UInt64(digits.replacing("_", with: ""), radix: base)
      throw ValueError(
        "`\(text)` is octal or binary",
        help: meant.map { "write \($0) or 0x\(String($0, radix: 16))" } ?? "write decimal or 0x...",
        replacement: isWhole ? meant.map { String($0) } : nil,
        isOnlyReading: true
      )
    }
    if rest.hasPrefix("."), !rest.hasPrefix("..") { throw fraction(value, start) }
    if rest.hasPrefix(":") {
      throw ValueError("`\(text)` looks like a number of base 60", help: "write decimal")
    }
  }

  func noNumber(_ start: Substring) -> ValueError {
    guard start.hasPrefix("-") else {
      return ValueError("`\(text)` is no number where one is wanted")
    }
    return ValueError(
      "`\(text)` is below zero",
      help: "write a size above it; an address from the end of RAM is `ram.end\(start)`"
    )
  }

  /// `1.5GiB`, which is `1536MiB`: exact where the next unit takes it whole.
  func fraction(_ value: UInt64, _ start: Substring) -> ValueError {
    let decimals = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
    let unit = rest.dropFirst(1 + decimals.count).prefix { $0.isLetter }
    let smaller = [
      "KiB": "", "K": "", "MiB": "KiB", "M": "K", "GiB": "MiB", "G": "M",
      "TiB": "GiB", "T": "G",
    ]
    let help = "write the next smaller unit: 1536KiB for 1.5MiB"
    guard (1...6).contains(decimals.count), let next = smaller[String(unit)], value < 1 << 32,
      let part = UInt64(decimals)
    else { return ValueError("`\(text)` is no whole number", help: help) }
    let scale = (0..<decimals.count).reduce(UInt64(1)) { product, _ in product * 10 }
    let (quotient, rest) = ((value * scale + part) * 1024).quotientAndRemainder(dividingBy: scale)
    guard rest == 0 else { return ValueError("`\(text)` is no whole number", help: help) }
    let meant = "\(quotient)\(next)"
    let isWhole =
      text == start && start.count == self.rest.count + String(value).count
      && self.rest.count == 1 + decimals.count + unit.count
    return ValueError(
      "`\(text)` is no whole number",
      help: "write `\(meant)`",
      replacement: isWhole ? meant : nil,
      isOnlyReading: true
    )
  }
}
