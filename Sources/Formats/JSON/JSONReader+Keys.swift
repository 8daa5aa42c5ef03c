import Diagnostics
public import PhysicalMemory
public import YAML

/// Values under keys that have to be there.
extension JSONReader {
  /// The text under `key`.
  public mutating func text(_ key: String, of node: YAMLNode) -> String? {
    value(key, of: node).flatMap { text($0) }
  }

  /// The whole number under `key`.
  public mutating func number(_ key: String, of node: YAMLNode) -> UInt64? {
    value(key, of: node).flatMap { number($0) }
  }

  /// The whole number under `key`, which is not above `limit`.
  public mutating func number(_ key: String, of node: YAMLNode, atMost limit: UInt64) -> UInt64? {
    guard let value = value(key, of: node), let number = number(value) else { return nil }
    if number <= limit { return number }
    report(
      "json-bad-number",
      "`\(key)` is at most \(limit)",
      at: value,
      label: "\(number) is too much",
      help: "write \(limit) at most"
    )
    return nil
  }

  /// `true` or `false` under `key`.
  public mutating func flag(_ key: String, of node: YAMLNode) -> Bool? {
    value(key, of: node).flatMap { flag($0) }
  }

  /// The address under `key`.
  public mutating func address(_ key: String, of node: YAMLNode) -> PhysicalAddress? {
    value(key, of: node).flatMap { hexadecimal($0) }.map { PhysicalAddress($0) }
  }

  /// The size under `key`.
  public mutating func bytes(_ key: String, of node: YAMLNode) -> ByteCount? {
    value(key, of: node).flatMap { hexadecimal($0) }.map { ByteCount($0) }
  }

  /// The alignment under `key`.
  public mutating func alignment(_ key: String, of node: YAMLNode) -> Alignment? {
    value(key, of: node).flatMap { alignment($0) }
  }

  /// The items of the list under `key`.
  public mutating func items(_ key: String, of node: YAMLNode) -> [YAMLNode] {
    value(key, of: node).map { items($0) } ?? []
  }

  /// The items of the list under `key`, of which no more than `limit` are read.
  public mutating func items(_ key: String, of node: YAMLNode, atMost limit: Int) -> [YAMLNode] {
    let items = items(key, of: node)
    guard items.count > limit else { return items }
    report(
      "yaml-limit",
      "`\(key)` has \(items.count) items; no more than \(limit) are read",
      at: items[limit],
      label: "one too many",
      help: "split the file"
    )
    return []
  }

  /// The texts of the list under `key`.
  public mutating func texts(_ key: String, of node: YAMLNode) -> [String] {
    items(key, of: node).compactMap { text($0) }
  }

  /// The ranges of the list under `key`.
  public mutating func ranges(_ key: String, of node: YAMLNode) -> [PhysicalRange] {
    items(key, of: node).compactMap { range($0) }
  }

  /// The word of a closed list under `key`.
  public mutating func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String,
    of node: YAMLNode,
    as type: Word.Type = Word.self
  ) -> Word? {
    guard let value = value(key, of: node), let text = text(value) else { return nil }
    if let word = Word(rawValue: text) { return word }
    report(
      "json-unknown-word",
      "`\(text.prefix(40))` is no value of `\(key)`",
      at: value,
      label: "not known",
      help: Self.help(text, among: Word.allCases.map(\.rawValue))
    )
    return nil
  }
}
