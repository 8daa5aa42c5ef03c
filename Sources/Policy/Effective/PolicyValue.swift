public import Diagnostics
public import YAML

/// Where a value came from.
public enum ValueOrigin: Hashable, Sendable {
  /// A layer of policy, at this place.
  case layer(name: String, SourceSpan)
  /// A node or property of the tree.
  case tree(path: String, property: String?)
  /// A word of the kernel's command line.
  case commandLine(String)
  /// A line of the kernel configuration.
  case kernelConfig(String)
  /// What the kernel or this program takes where nothing is said.
  case assumed(String)

  /// What the name of a file that comes with the program begins with.
  public static let builtinFolder = "<builtin>/"

  /// Whether a layer that comes with the program said so.
  public var isBuiltin: Bool {
    if case .layer(_, let span) = self { span.file.hasPrefix(Self.builtinFolder) } else { false }
  }

  /// Whether a layer of the user's said so.
  public var isOfUser: Bool {
    if case .layer = self { !isBuiltin } else { false }
  }
}

/// A value of the effective policy: what it is, who said so, and who was overruled.
public struct PolicyValue: Sendable {
  /// What a value can be.
  public enum Content: Sendable {
    /// A text.
    case scalar(YAMLNode.Scalar)
    /// A list.
    case list([PolicyValue])
    /// Names with values, sorted by name.
    case mapping([String: PolicyValue])
    /// Taken away by `null`.
    case removed
  }

  /// What the value is.
  public var content: Content
  /// Who said so; of a mapping, who began it.
  public let origin: ValueOrigin
  let rank: LayerRank
  /// Weaker values that this one replaced, the strongest last.
  public var overruled: [PolicyValue] = []

  /// A value of the tree itself.
  public init(tree content: Content, path: String, property: String?) {
    self.content = content
    origin = .tree(path: path, property: property)
    rank = .tree
  }

  init(_ content: Content, _ origin: ValueOrigin, _ rank: LayerRank) {
    self.content = content
    self.origin = origin
    self.rank = rank
  }

  /// A text of the tree itself.
  public static func tree(_ text: String, path: String, property: String?) -> PolicyValue {
    PolicyValue(
      tree: .scalar(YAMLNode.Scalar(text: text, style: .plain)),
      path: path,
      property: property
    )
  }

  /// The text, if the value is one.
  public var text: String? {
    if case .scalar(let scalar) = content { scalar.text } else { nil }
  }

  /// The items, if the value is a list.
  public var items: [PolicyValue]? {
    if case .list(let items) = content { items } else { nil }
  }

  /// The items of a list, or the value alone.
  public var itemsOrSelf: [PolicyValue] { items ?? [self] }

  /// The names with their values in the order of the names, if the value is a mapping; removed
  /// ones are left out.
  public var entries: [(name: String, value: PolicyValue)] {
    guard case .mapping(let entries) = content else { return [] }
    return entries.filter { !$0.value.isRemoved }
      .map { (name: $0.key, value: $0.value) }
      .sorted { $0.name < $1.name }
  }

  /// Whether `null` took the value away.
  public var isRemoved: Bool {
    if case .removed = content { true } else { false }
  }

  /// The value under a name, or nil where there is none or it was removed.
  public subscript(name: String) -> PolicyValue? {
    guard case .mapping(let entries) = content, let value = entries[name], !value.isRemoved else {
      return nil
    }
    return value
  }

  /// The value under `path`, one name a step.
  public subscript(path path: [String]) -> PolicyValue? {
    path.reduce(self as PolicyValue?) { $0?[$1] }
  }

  /// Where the value stands, for a finding.
  public func location(dtb: String) -> Location {
    origin.location(dtb: dtb)
  }

  /// The value in one line, for reports.
  public var summary: String {
    switch content {
    case .scalar(let scalar): scalar.text
    case .list(let items): "[" + items.map(\.summary).joined(separator: ", ") + "]"
    case .mapping:
      "{" + entries.map { "\($0.name): \($0.value.summary)" }.joined(separator: ", ") + "}"
    case .removed: "null"
    }
  }
}

extension ValueOrigin {
  /// The place as a finding's location.
  public func location(dtb: String) -> Location {
    switch self {
    case .layer(_, let span): .source(span)
    case .tree(let path, let property):
      .tree(TreeLocation(dtb: dtb, path: path, property: property))
    case .commandLine: .input("command line")
    case .kernelConfig(let line): .input("kernel configuration: \(line)")
    case .assumed(let what): .input(what)
    }
  }
}
