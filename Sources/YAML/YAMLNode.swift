public import Diagnostics

/// A value in a YAML document, with its place.
public struct YAMLNode: Hashable, Sendable {
  /// Where the value stands: start and end, columns in Unicode scalars.
  ///
  /// A block mapping or sequence ends where its last value ends. Where an alias stands, the span
  /// is the alias's, and the spans inside the content are those of the anchor.
  public var span: SourceSpan
  /// What stands there.
  public var content: Content

  /// The value `content` at `span`.
  public init(span: SourceSpan, content: Content) {
    self.span = span
    self.content = content
  }

  /// What a node can be.
  public enum Content: Hashable, Sendable {
    /// A text; what it means is the reader's matter.
    case scalar(Scalar)
    /// A list.
    case sequence([YAMLNode])
    /// Keys with values in the order of the file; keys are scalars, and no two are equal.
    case mapping([Entry])
    /// Nothing, where a value has to stand: already reported as `value-missing`.
    case missing
  }

  /// A key with its value.
  public struct Entry: Hashable, Sendable {
    /// The key, always a scalar.
    public var key: YAMLNode
    /// The value.
    public var value: YAMLNode

    /// The value `value` under `key`.
    public init(key: YAMLNode, value: YAMLNode) {
      self.key = key
      self.value = value
    }

    /// The text of the key.
    public var name: String { key.text ?? "" }
  }

  /// A text and how it was written.
  public struct Scalar: Hashable, Sendable {
    /// The text, escapes and folding resolved.
    public var text: String
    /// How it was written.
    public var style: Style

    /// The text `text` written in `style`.
    public init(text: String, style: Style) {
      self.text = text
      self.style = style
    }

    /// How a scalar is written; only a plain one can be a number, a Boolean or `null`.
    public enum Style: Hashable, Sendable {
      /// Without quotes.
      case plain
      /// In single or double quotes.
      case quoted
      /// After `|` or `>`.
      case block
    }
  }

  /// The scalar, if the node is one.
  public var scalar: Scalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The text of the scalar, if the node is one.
  public var text: String? { scalar?.text }

  /// The items, if the node is a sequence.
  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The entries, if the node is a mapping.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// Whether nothing stands here; that was reported already.
  public var isMissing: Bool { content == .missing }

  /// Whether this is the plain word `null`.
  public var isNull: Bool { scalar == Scalar(text: "null", style: .plain) }

  /// The value under `name`, if the node is a mapping that has it.
  ///
  /// O(entries)
  public subscript(name: String) -> YAMLNode? {
    entries?.first { $0.name == name }?.value
  }
}
