import Policy

/// What the schema of policy says of a place in a layer.
struct SchemaPlace {
  /// What may stand there, choices taken apart; nothing where the path leads nowhere.
  let shapes: [Shape]
  /// The key that the place is the value of, if the last step is one that the schema names.
  let key: Key?

  /// The place at the end of `path`.
  init(_ path: [Outline.Step]) {
    var shapes: [Shape] = [.mapping(PolicySchema.layer)]
    var key: Key?
    for step in path {
      key = Self.key(step, of: shapes)
      shapes = shapes.flatMap { Self.inside($0, step) }.flatMap(Self.choices)
    }
    self.shapes = shapes
    self.key = key
  }

  /// The key that a step names, in a mapping of one of these shapes.
  private static func key(_ step: Outline.Step, of shapes: [Shape]) -> Key? {
    guard case .key(let name) = step else { return nil }
    return keys(of: shapes).first { $0.name == name.withoutPlus }
  }

  /// The keys that may stand in a mapping of one of these shapes.
  static func keys(of shapes: [Shape]) -> [Key] {
    shapes.flatMap { shape -> [Key] in
      if case .mapping(let keys) = shape { keys } else { [] }
    }
  }

  /// The keys that may stand at the place.
  var keys: [Key] { Self.keys(of: shapes) }

  /// Whether any name may stand at the place, with a value of its own.
  var isNamed: Bool {
    shapes.contains { if case .named = $0 { true } else { false } }
  }

  /// What the items of a list at the place may be; empty where no list may stand there.
  var items: [Shape] { shapes.flatMap { Self.inside($0, .item(0)) }.flatMap(Self.choices) }

  private static func inside(_ shape: Shape, _ step: Outline.Step) -> [Shape] {
    switch (shape, step) {
    case (.mapping(let keys), .key(let name)):
      keys.filter { $0.name == name.withoutPlus }.map(\.shape)
    case (.named(let value), .key): [value]
    case (.list(let item), .item), (.oneOrMore(let item), .item): [item]
    default: []
    }
  }

  private static func choices(_ shape: Shape) -> [Shape] {
    if case .either(let first, let second) = shape { return choices(first) + choices(second) }
    return [shape]
  }
}

extension Shape {
  /// Whether a single text stands there.
  var isScalar: Bool {
    switch self {
    case .list, .mapping, .named, .either, .operation: false
    default: true
    }
  }
}
