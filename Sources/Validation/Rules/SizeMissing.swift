import Board
import Diagnostics
import Layout
import Policy
import YAML

/// A pool or carve-out of policy has no size.
///
/// It is left out of the layout. Built-in layers may speak of regions that only some trees of an SoC
/// have, so they are not held to it.
///
/// Bad: `pools: {camera: {kind: cma}}`. Good: `pools: {camera: {kind: cma, size: 64MiB}}`.
///
/// Source: policy's own rule.
enum SizeMissing: Rule {
  static let id: RuleID = "size-missing"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant in
      subject.stated(in: variant).regions.filter { region in
        // A size that could not be read has its own finding.
        guard case .layer = region.origin, !region.origin.isBuiltin else { return false }
        guard region.value["size"] == nil, region.value["at-least"] == nil,
          !isStatedWithoutValue(region.name, subject)
        else { return false }
        // So has a misspelt key.
        return !region.value.entries.contains {
          didYouMean($0.name, among: ["size", "at-least"]) != nil
        }
      }
      .map { .missing($0, subject, variant) }
    }
  }
}

extension SizeMissing {
  /// Whether some layer has the key but nothing behind it, which has its own finding.
  private static func isStatedWithoutValue(_ name: String, _ subject: Subject) -> Bool {
    subject.layers.contains { layer in
      ["pools", "carve-outs"].contains { section in
        let region = layer.body[section]?.entries?.first { $0.key.text == name }
        return ["size", "at-least"].contains { region?.value[$0]?.isMissing == true }
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func missing(
    _ region: RegionPolicy,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let node = region.value["node"]
    let meant = (node?.text).flatMap {
      didYouMean($0, among: subject.board.regions.map(subject.name(of:)))
    }
    return Diagnostic(
      SizeMissing.id,
      .error,
      "\(region.kind.value.isPool ? "pool" : "carve-out") `\(region.name)` has no size",
      at: subject.label(region.origin, "states neither `size` nor `at-least`"),
      related: node.map { [subject.label($0.origin, "a region that the tree does not have")] }
        ?? [],
      notes: ["it is left out of the layout"],
      help: meant.map { "write `node: \($0)`" } ?? "add `size:`, such as `size: 64MiB`",
      variant: variant.variant.name
    )
  }
}
