extension Shape {
  /// Values as they are written in YAML, for completion and for documentation; of a mapping none.
  public var examples: [String] {
    switch self {
    case .text, .mapping, .named: []
    case .word(let words): words
    case .flag: ["true", "false"]
    case .count: ["8"]
    case .countWithin(let least, _): ["\(max(least, 8))"]
    case .size, .positiveSize: ["96MiB", "25%", "min(25%, 256MiB)"]
    case .address: ["0x4000_0000", "ram.start+16MiB"]
    case .range: ["0x4000_0000..+256MiB", "ram.start..ram.end", "device.NAME.reach"]
    case .time: ["90s", "2min", "2h"]
    case .timeRange: ["30s..5min"]
    case .operation: ["[alloc, b0, 12MiB]", "[anon_until, 100000]", "[free, b0]"]
    case .eventRate: ["4/min"]
    case .throughput: ["2MiB/s"]
    case .picture: ["1920x1088 nv12"]
    case .version: ["6.12", "6.12.94"]
    case .list(let item), .oneOrMore(let item): item.examples
    case .either(let first, let second): first.examples + second.examples
    }
  }
}

extension Key {
  /// Values as they are written in YAML, the key's own, else those of its shape; where a list is
  /// needed they are lists.
  public var examples: [String] {
    let found = ownExamples.isEmpty ? shape.examples : ownExamples
    guard case .list(let item) = shape else { return found }
    // An operation is a list itself: `[[alloc, b0, 12MiB]]`.
    if case .operation = item, ownExamples.isEmpty { return found.map { "[\($0)]" } }
    return found.map { $0.hasPrefix("[") ? $0 : "[\($0)]" }
  }

  /// Values of one item, where a list may stand; else those of the key.
  public var itemExamples: [String] {
    (ownExamples.isEmpty ? shape.examples : ownExamples).filter { !$0.hasPrefix("[") }
  }
}
