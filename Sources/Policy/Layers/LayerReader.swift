public import Diagnostics
import YAML

/// Turns policy files into layers, with every mistake in them.
public struct LayerReader: Sendable {
  /// The layers read so far, in the order of their files.
  public private(set) var layers: [Layer] = []
  /// What was wrong with them.
  public private(set) var diagnostics: [Diagnostic] = []

  /// A reader that has read nothing.
  public init() {}

  /// Reads all layers of one file.
  ///
  /// - Complexity: O(bytes).
  public mutating func read(_ bytes: [UInt8], file: String, origin: Layer.Origin) {
    let (documents, problems) = YAMLReader.read(bytes: bytes, file: file)
    diagnostics += problems
    for document in documents { read(document, file: file, origin: origin) }
  }

  private mutating func read(_ document: YAMLNode, file: String, origin: Layer.Origin) {
    guard document.entries != nil else {
      if document.isMissing || document.isNull { return }
      report("wrong-type", document, "a layer is a mapping of keys", label: "not a mapping")
      return
    }
    // The built-in layers are held against the schema by a test, not by every run.
    if origin == .user {
      var validator = SchemaValidator()
      validator.check(layer: document)
      diagnostics += validator.diagnostics
    }
    checkVersion(document)
    let match = readMatch(document["match"])
    if document["match"] != nil, document["why"]?.text?.isEmpty ?? true {
      report(
        "why-missing",
        document["match"] ?? document,
        "a quirk must say why it exists",
        label: "makes this layer a quirk",
        help: "add `why: ...` with the reason"
      )
    }
    let layer = Layer(
      name: document["name"]?.text ?? file,
      origin: origin,
      match: match,
      overrides: document["override"]?.text == "true",
      body: document,
      span: document["name"]?.span ?? document.span
    )
    checkName(layer, document)
    layers.append(layer)
  }

  private mutating func checkVersion(_ document: YAMLNode) {
    guard let version = document["dmaplan"] else {
      report(
        "version-missing",
        document,
        "the layer does not say `dmaplan: 1`",
        label: "this layer",
        help: "begin the document with `dmaplan: \(PolicySchema.version)`"
      )
      return
    }
    if let text = version.text, text != PolicySchema.version {
      report(
        "version-unknown",
        version,
        "this program reads policy of version 1, not `\(text)`",
        label: "here",
        help: "write `dmaplan: \(PolicySchema.version)`"
      )
    }
  }

  private mutating func checkName(_ layer: Layer, _ document: YAMLNode) {
    // That a key has no value was said by the reader.
    if document["name"]?.isMissing == true { return }
    guard document["name"]?.text != nil else {
      report(
        "name-missing",
        document,
        "the layer has no name",
        label: "this layer",
        help: "add `name: ...`; reports name the layer by it"
      )
      return
    }
    if let other = layers.first(where: { $0.name == layer.name && $0.origin == layer.origin }) {
      diagnostics.append(
        Diagnostic(
          "layer-name-taken",
          .error,
          "two layers have the name `\(layer.name)`",
          at: Label(.source(layer.span), "the second"),
          related: [Label(.source(other.span), "the first")],
          help: "give one of them another name"
        )
      )
    }
  }

  private mutating func readMatch(_ node: YAMLNode?) -> LayerMatch? {
    guard let node, node.entries != nil else { return nil }
    let compatible = node["compatible"].map { $0.items ?? [$0] } ?? []
    let match = LayerMatch(
      compatible: compatible.filter { $0.text != nil },
      variant: node["variant"]?.text,
      any: node["any"]?.text == "true"
    )
    if match.compatible.isEmpty, match.variant == nil, !match.any {
      report(
        "match-empty",
        node,
        "`match` names no board",
        label: "matches nothing",
        help: "say `compatible: \"vendor,board\"`, `variant: NAME` or `any: true`"
      )
    }
    return match
  }

  private mutating func report(
    _ rule: RuleID,
    _ node: YAMLNode,
    _ message: String,
    label: String,
    help: String? = nil
  ) {
    diagnostics.append(
      Diagnostic(rule, .error, message, at: Label(.source(node.span), label), help: help)
    )
  }
}
