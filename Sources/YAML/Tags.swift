import Diagnostics

extension TreeBuilder {
  private static let core = "tag:yaml.org,2002:"

  /// The style that a scalar has by its tag: `!!str 12` is text, `!!int "12"` is not.
  ///
  /// Nil leaves the style alone.
  mutating func checkScalarTag(
    _ tag: String,
    _ style: YAMLNode.Scalar.Style,
    _ event: ParseEvent
  ) -> YAMLNode.Scalar.Style? {
    switch tag {
    case "!", Self.core + "str": return style == .plain ? .quoted : style
    case Self.core + "int", Self.core + "float", Self.core + "bool", Self.core + "null":
      return .plain
    default:
      reportTag(tag, event)
      return nil
    }
  }

  /// Reports a tag that a collection can not have.
  mutating func checkCollectionTag(_ tag: String, _ isMapping: Bool, _ event: ParseEvent) {
    if tag != "!", tag != Self.core + (isMapping ? "map" : "seq") { reportTag(tag, event) }
  }

  private mutating func reportTag(_ tag: String, _ event: ParseEvent) {
    let isCore = tag.hasPrefix(Self.core)
    let shown = (isCore ? "!!" + tag.dropFirst(Self.core.count) : tag).named
    findings.report(
      Diagnostic(
        "yaml-tag",
        .error,
        "the tag `\(shown)` means nothing here",
        at: Label(.source(findings.span(event.start, event.end)), "tagged `\(shown)`"),
        help: "remove the tag"
      )
    )
  }
}
