public import Diagnostics
public import YAML

extension Layer {
  /// A quirk of the user for one board that states its RAM variants and nothing else, with what is
  /// wrong with them: a mapping as under `variants:` in a policy file.
  ///
  /// It wins over every other layer of the user's, and is for every board where `compatible` is nil.
  public static func variants(
    _ variants: YAMLNode,
    forBoard compatible: String?
  ) -> (layer: Layer, diagnostics: [Diagnostic]) {
    func scalar(_ text: String) -> YAMLNode {
      YAMLNode(span: variants.span, content: .scalar(YAMLNode.Scalar(text: text, style: .plain)))
    }
    let body = YAMLNode(
      span: variants.span,
      content: .mapping([YAMLNode.Entry(key: scalar("variants"), value: variants)])
    )
    var validator = SchemaValidator()
    validator.check(layer: body)
    let layer = Layer(
      name: "variants of this board",
      origin: .user,
      match: LayerMatch(
        compatible: compatible.map { [scalar($0)] } ?? [],
        variant: nil,
        any: compatible == nil
      ),
      overrides: true,
      body: body,
      span: variants.span
    )
    return (layer, validator.diagnostics)
  }
}
