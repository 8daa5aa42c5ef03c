/// How much one file may ask for; the first limit hit ends the reading with a located `yaml-limit`.
public struct YAMLLimits: Hashable, Sendable {
  /// The size of the file in bytes.
  public var bytes: Int
  /// How deep sequences and mappings nest, aliases expanded.
  public var depth: Int
  /// How many nodes all documents have together, before aliases are expanded.
  public var nodes: Int
  /// How many nodes the expansion of aliases may add.
  public var aliasNodes: Int
  /// How many documents there are.
  public var documents: Int
  /// How many findings are reported before the reader gives up.
  public var findings: Int
  /// How many lines begin with `%`; libyaml compares every `%TAG` with all before it.
  public var directives: Int

  /// The limits given, the others as for a policy file.
  public init(
    bytes: Int = 16 << 20,
    depth: Int = 128,
    nodes: Int = 1_000_000,
    aliasNodes: Int = 100_000,
    documents: Int = 1000,
    findings: Int = 100,
    directives: Int = 100
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.aliasNodes = aliasNodes
    self.documents = documents
    self.findings = findings
    self.directives = directives
  }

  /// The limits of a policy file or a list of boards: 16 MiB, a million nodes, 128 deep.
  ///
  /// The built-in layers have 7657 nodes together.
  public static let `default` = YAMLLimits()

  /// The limits of a data file such as a layout or a baseline: 64 MiB, a million nodes.
  ///
  /// The findings of all of Debian's trees for arm and arm64 have 43 000.
  public static let data = YAMLLimits(bytes: 64 << 20, aliasNodes: 0)
}
