import PhysicalMemory

/// A value and where it came from.
public struct Sourced<Value: Sendable>: Sendable {
  /// The value.
  public let value: Value
  /// Where it came from.
  public let origin: ValueOrigin
  /// A value from `origin`.
  public init(_ value: Value, _ origin: ValueOrigin) {
    self.value = value
    self.origin = origin
  }
}

/// Typed reading.
///
/// A value that is not what the key wants was reported when its layer was read, and reads as nil
/// here: one cause, one finding.
extension PolicyValue {
  private func sourced<Value: Sendable>(
    _ key: String,
    _ parse: (String) throws(ValueError) -> Value
  ) -> Sourced<Value>? {
    guard let found = self[key], let text = found.text, let value = try? parse(text) else {
      return nil
    }
    return Sourced(value, found.origin)
  }

  func text(_ key: String) -> Sourced<String>? {
    self[key].flatMap { value in value.text.map { Sourced($0, value.origin) } }
  }

  func word<Word: RawRepresentable & Sendable>(_ key: String) -> Sourced<Word>?
  where Word.RawValue == String {
    text(key).flatMap { text in Word(rawValue: text.value).map { Sourced($0, text.origin) } }
  }

  func flag(_ key: String) -> Sourced<Bool>? {
    text(key).map { Sourced($0.value == "true", $0.origin) }
  }

  func count(_ key: String) -> Sourced<UInt64>? { sourced(key, ValueParser.count) }
  func size(_ key: String) -> Sourced<SizeExpression>? { sourced(key, ValueParser.size) }
  func address(_ key: String) -> Sourced<AddressExpression>? { sourced(key, ValueParser.address) }
  func range(_ key: String) -> Sourced<RangeExpression>? { sourced(key, ValueParser.range) }
  func time(_ key: String) -> Sourced<TimeSpan>? { sourced(key, ValueParser.time) }

  /// The ranges of a key that takes one or a list.
  func ranges(_ key: String) -> [Sourced<RangeExpression>] { self[key]?.rangeItems ?? [] }

  var rangeItems: [Sourced<RangeExpression>] {
    itemsOrSelf.compactMap { item in
      guard let text = item.text, let range = try? ValueParser.range(text) else { return nil }
      return Sourced(range, item.origin)
    }
  }

  /// The texts of a key that takes one or a list.
  func texts(_ key: String) -> [Sourced<String>] {
    (self[key]?.itemsOrSelf ?? []).compactMap { item in
      item.text.map { Sourced($0, item.origin) }
    }
  }
}
