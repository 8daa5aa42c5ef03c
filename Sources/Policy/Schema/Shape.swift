/// What may stand under a key of policy.
///
/// The same description checks a layer, names what is allowed in its messages, and can be printed
/// as a JSON Schema.
public indirect enum Shape: Sendable {
  /// Any text.
  case text
  /// One of these words.
  case word([String])
  /// `true` or `false`.
  case flag
  /// A whole number.
  case count
  /// A whole number from one to another, both allowed.
  case countWithin(UInt64, UInt64)
  /// A size: `96MiB`, `25%`, `min(25%, 256MiB)`.
  case size
  /// A size above zero.
  case positiveSize
  /// An address: `0x4000_0000`, `ram.start+16MiB`.
  case address
  /// A range: `a..b`, `a..+size`, `device.NAME.reach`.
  case range
  /// A time: `90s`.
  case time
  /// A range of times: `30s..5min`.
  case timeRange
  /// How often: `4/min`.
  case eventRate
  /// Bytes in a time: `2MiB/s`.
  case throughput
  /// A picture: `1920x1088 nv12`.
  case picture
  /// A step of a list of operations: `[alloc, b0, 12MiB]`.
  case operation
  /// A kernel version; text, since 6.10 is six-ten.
  case version
  /// A list of such values.
  case list(Shape)
  /// One such value or a list of them.
  case oneOrMore(Shape)
  /// Exactly these keys.
  case mapping([Key])
  /// Any names, each with such a value.
  case named(Shape)
  /// The first shape, or else the second.
  case either(Shape, Shape)
}

/// A key of policy.
public struct Key: Sendable {
  /// The key as it is written.
  public let name: String
  /// What may stand under it.
  public let shape: Shape
  /// What it means, one sentence.
  public let summary: String

  /// Values that say more than those of the shape.
  let ownExamples: [String]

  init(_ name: String, _ shape: Shape, _ summary: String, examples: [String] = []) {
    self.name = name
    self.shape = shape
    self.summary = summary
    ownExamples = examples
  }
}

extension Shape {
  /// The shape in words, for "expected ..." messages.
  public var expectation: String {
    switch self {
    case .text: "a text"
    case .word(let words): "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
    case .flag: "`true` or `false`"
    case .count: "a whole number"
    case .countWithin(let least, let most): "a whole number from \(least) to \(most)"
    case .size: "a size such as `96MiB`"
    case .positiveSize: "a size above zero such as `96MiB`"
    case .address: "an address such as `0x4000_0000`"
    case .range: "a range such as `0x4000_0000..+256MiB`"
    case .time: "a time such as `90s`"
    case .timeRange: "a range of times such as `30s..5min`"
    case .operation: "an operation such as `[alloc, b0, 12MiB]`"
    case .eventRate: "a rate such as `4/min`"
    case .throughput: "a throughput such as `2MiB/s`"
    case .picture: "a picture such as `1920x1088 nv12`"
    case .version: "a kernel version such as `\"6.12\"`"
    case .list(let item): "a list, each item \(item.expectation)"
    case .oneOrMore(let item): "\(item.expectation) or a list of them"
    case .mapping(let keys):
      "a mapping with keys such as "
        + keys.prefix(3).map { "`\($0.name)`" }
        .joined(separator: ", ")
    case .named: "a mapping of names"
    case .either(let first, let second): "\(first.expectation), or \(second.expectation)"
    }
  }
}
