public import Diagnostics
public import PhysicalMemory
public import YAML

/// Typed access to JSON that collects what is wrong with it, each with its place.
///
/// JSON is read as the part of YAML that it is, so that every fault has a line and a column. A
/// value that is missing or no good is nil and a finding; nothing stops the reader.
public struct JSONReader: Sendable {
  /// What was wrong so far, in the order of asking.
  public private(set) var diagnostics: [Diagnostic] = []
  /// How many findings there are of one file at most.
  private static let mostFindings = 100

  /// A reader that has found nothing yet.
  public init() {}

  /// The top object of the one document in `bytes`, if its `schema` is `schema`.
  ///
  /// A document written by hand may leave its schema out where `isStated` is false. Linear in the
  /// size of the file.
  public mutating func document(
    bytes: [UInt8],
    file: String,
    schema: String,
    isStated: Bool = true
  ) -> YAMLNode? {
    let read = YAMLReader.read(bytes: bytes, file: file, limits: .data)
    diagnostics += read.diagnostics
    guard let top = read.documents.first, read.documents.count == 1, top.entries != nil else {
      if read.diagnostics.isEmpty {
        report(
          "json-wrong-type",
          "`\(file)` does not hold one JSON object",
          at: read.documents.dropFirst().first ?? read.documents.first,
          file: file,
          label: "an object of schema `\(schema)` is wanted",
          help: "give a file of that schema"
        )
      }
      return nil
    }
    // What was read up to a fault of syntax would only be reported as missing keys.
    if read.diagnostics.contains(where: { $0.severity == .error }) { return nil }
    if !isStated, top["schema"] == nil { return top }
    guard let stated = text("schema", of: top) else { return nil }
    guard stated == schema else {
      report(
        "json-unknown-schema",
        "`\(file)` is of schema `\(stated)`, not `\(schema)`",
        at: top["schema"],
        file: file,
        label: "another schema or another version of it",
        help: "make the file again with this program"
      )
      return nil
    }
    return top
  }

  /// Reports a fault at `node`.
  public mutating func report(
    _ rule: RuleID,
    _ message: String,
    at node: YAMLNode?,
    file: String = "",
    label: String,
    help: String? = nil
  ) {
    let location: Location = node.map { .source($0.span) } ?? .input(file)
    add(Diagnostic(rule, .error, message, at: Label(location, label), help: help))
  }

  private mutating func add(_ diagnostic: Diagnostic) {
    guard diagnostics.count <= Self.mostFindings else { return }
    guard diagnostics.count == Self.mostFindings else { return diagnostics.append(diagnostic) }
    diagnostics.append(
      Diagnostic(
        "yaml-limit",
        .error,
        "the file has more than \(Self.mostFindings) faults",
        at: Label(diagnostic.primary.location, "from here on they are not listed"),
        help: "mend those above first"
      )
    )
  }

  /// Warns of keys of `node` that no reader knows, for they are likely misspelt.
  public mutating func expectKeys(_ known: [String], in node: YAMLNode) {
    for entry in node.entries ?? [] where !known.contains(entry.name) {
      add(
        Diagnostic(
          "json-unknown-key",
          .warning,
          "the key `\(entry.name)` means nothing here",
          at: Label(.source(entry.key.span), "not read"),
          help: didYouMean(entry.name, among: known).map { "did you mean `\($0)`?" }
            ?? "remove it"
        )
      )
    }
  }

  /// The value of `key`, which has to be there; nil and a finding where it is not.
  public mutating func value(_ key: String, of node: YAMLNode) -> YAMLNode? {
    if let value = node[key], !value.isNull, !value.isMissing { return value }
    if node.entries == nil {
      wrongType("an object", node)
    } else {
      report(
        "json-missing-key",
        "the key `\(key)` is missing",
        at: node[key] ?? node,
        label: "this object needs `\(key)`",
        help: "add `\"\(key)\": ...`, or have the file written again by the program that wrote it"
      )
    }
    return nil
  }

  /// The value of `key` if it is there and not `null`.
  public func optional(_ key: String, of node: YAMLNode) -> YAMLNode? {
    guard let value = node[key], !value.isNull, !value.isMissing else { return nil }
    return value
  }

  mutating func wrongType(_ wanted: String, _ node: YAMLNode) {
    report(
      "json-wrong-type",
      "\(wanted) is wanted here",
      at: node,
      label: "this is \(Self.type(of: node))",
      help: "write \(wanted)"
    )
  }

  private static func type(of node: YAMLNode) -> String {
    switch node.content {
    case .sequence: "a list"
    case .mapping: "an object"
    case .missing: "nothing"
    case .scalar(let scalar): scalar.style == .plain ? "`\(scalar.text.prefix(40))`" : "a text"
    }
  }
}

/// What single values are.
extension JSONReader {
  /// The text that `node` is.
  public mutating func text(_ node: YAMLNode) -> String? {
    if let scalar = node.scalar, scalar.style != .plain { return scalar.text }
    wrongType("a text in quotes", node)
    return nil
  }

  /// The whole number that `node` is; it is not negative.
  public mutating func number(_ node: YAMLNode) -> UInt64? {
    if let scalar = node.scalar, scalar.style == .plain,
      let value = Self.digits(scalar.text[...], 10)
    {
      return value
    }
    wrongType("a whole number of 64 bits that is not negative", node)
    return nil
  }

  /// `true` or `false`.
  public mutating func flag(_ node: YAMLNode) -> Bool? {
    switch node.scalar {
    case YAMLNode.Scalar(text: "true", style: .plain): return true
    case YAMLNode.Scalar(text: "false", style: .plain): return false
    default:
      wrongType("`true` or `false`", node)
      return nil
    }
  }

  /// The number that a text such as `"0x4000"` states.
  public mutating func hexadecimal(_ node: YAMLNode) -> UInt64? {
    guard let text = text(node) else { return nil }
    if text.hasPrefix("0x"), let value = Self.digits(text.dropFirst(2), 16) { return value }
    report(
      "json-bad-number",
      "`\(text.prefix(40))` is no hexadecimal number of 64 bits",
      at: node,
      label: "no such number",
      help: "write an address or size as `\"0x4000\"`, of 16 digits at most"
    )
    return nil
  }

  /// The items of the list that `node` is; none and a finding where it is no list.
  public mutating func items(_ node: YAMLNode) -> [YAMLNode] {
    if let items = node.items { return items }
    wrongType("a list", node)
    return []
  }

  /// The alignment whose bytes a hexadecimal text states.
  public mutating func alignment(_ node: YAMLNode) -> Alignment? {
    guard let bytes = hexadecimal(node) else { return nil }
    if let alignment = Alignment(ByteCount(bytes)) { return alignment }
    report(
      "json-bad-number",
      "an alignment is a power of two",
      at: node,
      label: "\(ByteCount(bytes)) is none",
      help: "write `\"0x\(String(Self.powerOfTwo(from: bytes), radix: 16))\"`"
    )
    return nil
  }

  /// The range that an object with `base` and `size` states.
  public mutating func range(_ node: YAMLNode) -> PhysicalRange? {
    guard let base = address("base", of: node), let size = bytes("size", of: node) else {
      return nil
    }
    if let range = PhysicalRange(start: base, size: size) { return range }
    report(
      "json-bad-number",
      "base and size come to more than 64 bits",
      at: node["base"],
      label: "\(base.hexadecimal) and \(size.hexadecimal)",
      help: "make the size \(ByteCount(0 &- base.rawValue).hexadecimal) at most, or the base lower"
    )
    return nil
  }

  /// What to write in place of `word`.
  static func help(_ word: String, among words: [String]) -> String {
    didYouMean(word, among: words).map { "did you mean `\($0)`?" }
      ?? "write one of " + words.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// The first power of two that is not below `bytes`.
  private static func powerOfTwo(from bytes: UInt64) -> UInt64 {
    bytes > 1 << 62
      ? 1 << 63 : UInt64(1) << UInt64(64 - max(bytes, 1).advanced(by: -1).leadingZeroBitCount)
  }

  /// Plain digits only: no sign, no underscore.
  private static func digits(_ text: Substring, _ radix: Int) -> UInt64? {
    guard let first = text.first, first != "+", first != "-" else { return nil }
    return UInt64(text, radix: radix)
  }
}
