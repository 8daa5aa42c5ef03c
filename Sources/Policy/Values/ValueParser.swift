import PhysicalMemory

/// Reads the values of policy: sizes, addresses, ranges, times, rates.
///
/// One reader stands on one text and moves over it; each `parse` function reads the whole text.
struct ValueParser {
  let text: String
  private(set) var rest: Substring
  private var depth = 0

  /// Nesting of `min()` and `max()` beyond this is refused.
  static let maximumDepth = 16

  init(_ text: String) {
    self.text = text
    rest = text[...]
  }

  static func size(_ text: String) throws(ValueError) -> SizeExpression {
    var parser = ValueParser(text)
    let size = try parser.sizeExpression()
    try parser.expectEnd("a size", example: "96MiB, 25% or min(25%, 256MiB)")
    return size
  }

  static func address(_ text: String) throws(ValueError) -> AddressExpression {
    var parser = ValueParser(text)
    let address = try parser.addressExpression()
    try parser.expectEnd("an address", example: "0x4000_0000 or ram.start+16MiB")
    return address
  }

  static func range(_ text: String) throws(ValueError) -> RangeExpression {
    var parser = ValueParser(text)
    if parser.take("device.") {
      guard text.hasSuffix(".reach") else {
        throw ValueError("`\(text)` is no range", help: "write `device.NAME.reach`")
      }
      return .reach(ofDevice: String(parser.rest.dropLast(".reach".count)))
    }
    let start = try parser.addressExpression()
    guard parser.take("..") else {
      throw ValueError(
        "`\(text)` is no range",
        help: "write `START..END` (END is outside) or `START..+SIZE`"
      )
    }
    let range: RangeExpression
    if parser.take("+") {
      range = .sized(start, try parser.sizeExpression())
    } else {
      range = .bounds(start, try parser.addressExpression())
    }
    try parser.expectEnd("a range", example: "0x4000_0000..+256MiB")
    if case .sized(let start, .bytes(let size)) = range, start.anchor == .zero,
      start.plus.rawValue.addingReportingOverflow(size.rawValue).overflow
    {
      throw ValueError(
        "the range `\(text)` ends past 64 bits",
        help: "end it at 0xffff_ffff_ffff_ffff at most"
      )
    }
    if case .bounds(let start, let end) = range, start.anchor == .zero, end.anchor == .zero,
      end.plus < start.plus
    {
      throw ValueError(
        "the range `\(text)` ends before it starts",
        help: "swap its ends, or write START..+SIZE",
        replacement: text.firstRange(of: "..").map {
          "\(text[$0.upperBound...])..\(text[..<$0.lowerBound])"
        }
      )
    }
    return range
  }

  static func count(_ text: String) throws(ValueError) -> UInt64 {
    var parser = ValueParser(text)
    let number = try parser.number()
    try parser.expectEnd("a whole number", example: "8")
    return number
  }

  static func time(_ text: String) throws(ValueError) -> TimeSpan {
    var parser = ValueParser(text)
    let time = try parser.timeSpan()
    try parser.expectEnd("a time", example: "90s, 2min or 200ms")
    return time
  }

  static func eventRate(_ text: String) throws(ValueError) -> EventRate {
    var parser = ValueParser(text)
    let count = try parser.number()
    let per = try parser.perTime(example: "4/min")
    return EventRate(count: count, per: per)
  }

  /// A throughput such as `2MiB/s`: bytes and the time that they take.
  static func throughput(_ text: String) throws(ValueError) -> (ByteCount, TimeSpan) {
    var parser = ValueParser(text)
    let bytes = try parser.byteCount()
    return (bytes, try parser.perTime(example: "2MiB/s"))
  }
}

extension ValueParser {
  private mutating func sizeExpression() throws(ValueError) -> SizeExpression {
    if take("min(") { return .min(try terms()) }
    if take("max(") { return .max(try terms()) }
    let start = rest
    let value = try number()
    if take("%") { return .percent(value) }
    rest = start
    return .bytes(try byteCount())
  }

  private mutating func terms() throws(ValueError) -> [SizeExpression] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw ValueError(
        "`min` and `max` are nested more than \(Self.maximumDepth) deep",
        help: "write one with all terms"
      )
    }
    var terms: [SizeExpression] = []
    repeat {
      skipSpaces()
      terms.append(try sizeExpression())
      skipSpaces()
    } while take(",")
    guard take(")") else {
      throw ValueError("`\(text)` lacks a closing parenthesis", help: "write min(25%, 256MiB)")
    }
    return terms
  }

  private mutating func addressExpression() throws(ValueError) -> AddressExpression {
    let anchor: AddressExpression.Anchor
    var plus = ByteCount.zero
    var minus = ByteCount.zero
    if take("ram.start") {
      anchor = .ramStart
    } else if take("ram.end") {
      anchor = .ramEnd
    } else {
      anchor = .zero
      plus = try byteCount()
    }
    while true {
      if take("+") {
        plus += try byteCount()
      } else if take("-") {
        minus += try byteCount()
      } else {
        return AddressExpression(anchor: anchor, plus: plus, minus: minus)
      }
    }
  }

  static let byteUnits: [(name: String, shift: UInt64)] = [
    ("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("K", 10), ("M", 20), ("G", 30), ("T", 40),
    ("k", 10),
  ]

  private mutating func byteCount() throws(ValueError) -> ByteCount {
    let value = try number()
    let unit = rest.prefix { $0.isLetter }
    if unit.isEmpty {
      if rest.hasPrefix(" "), rest.drop(while: { $0 == " " }).first?.isLetter == true {
        throw badUnit(value, rest.drop(while: { $0 == " " }).prefix { $0.isLetter }, spaced: true)
      }
      return ByteCount(value)
    }
    guard let known = Self.byteUnits.first(where: { $0.name == unit }) else {
      throw badUnit(value, unit)
    }
    rest = rest.dropFirst(unit.count)
    guard value <= UInt64.max >> known.shift else {
      throw ValueError("`\(text)` is more than 64 bits hold", help: "write less than 2^64")
    }
    return ByteCount(value << known.shift)
  }

  private mutating func number() throws(ValueError) -> UInt64 {
    let start = rest
    let radix: UInt64 = take("0x") || take("0X") ? 16 : 10
    var value: UInt64 = 0
    var digits = 0
    while let character = rest.first {
      if character == "_", digits > 0 {
        rest = rest.dropFirst()
        continue
      }
      guard character.isASCII, let digit = character.hexDigitValue, digit < radix else { break }
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else {
        throw ValueError("`\(text)` is more than 64 bits hold", help: "write less than 2^64")
      }
      value = sum
      digits += 1
      rest = rest.dropFirst()
    }
    guard digits > 0 else { throw noNumber(start) }
    try refuseLookalikes(start, radix: radix, value: value, digits: digits)
    return value
  }

  private mutating func timeSpan() throws(ValueError) -> TimeSpan {
    let value = try number()
    let name = rest.prefix { $0.isLetter }
    guard let unit = TimeSpan.units.first(where: { $0.name == name }) else {
      throw ValueError(
        "`\(text)` is no time",
        help: "use us, ms, s, min, h or d without a space: 90s"
      )
    }
    rest = rest.dropFirst(name.count)
    let (product, overflow) = value.multipliedReportingOverflow(by: unit.microseconds)
    guard !overflow else {
      throw ValueError("`\(text)` is longer than a simulation can be", help: "write less")
    }
    return TimeSpan(microseconds: product)
  }

  private mutating func perTime(example: String) throws(ValueError) -> TimeSpan {
    guard take("/") else {
      throw ValueError("`\(text)` is no rate", help: "write \(example)")
    }
    if let unit = TimeSpan.units.first(where: { $0.name == rest }) {
      return TimeSpan(microseconds: unit.microseconds)
    }
    let per = try timeSpan()
    try expectEnd("a rate", example: example)
    guard per > .zero else {
      throw ValueError("`\(text)` has no time to happen in", help: "write \(example)")
    }
    return per
  }

  private mutating func take(_ prefix: String) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest = rest.dropFirst(prefix.count)
    return true
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == " " } }

  private func expectEnd(_ what: String, example: String) throws(ValueError) {
    if !rest.isEmpty {
      throw ValueError("`\(text)` is not \(what)", help: "write \(example)")
    }
  }
}
