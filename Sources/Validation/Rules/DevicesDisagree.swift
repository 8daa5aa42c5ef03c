import DeviceTree
import Diagnostics
import Layout
import Policy

/// Two devices of policy are the same node and say different things of it.
///
/// Each is judged by itself, so that one node has two masks, reaches or pools. Often one layer names it
/// by `compatible` and another by path.
///
/// Bad: `vpu` with `mask: 32` and `codec` with `mask: 40` at one node. Good: one name for both, so that
/// the layers merge.
///
/// Source: policy's own rule.
enum DevicesDisagree: Rule {
  static let id: RuleID = "devices-disagree"
  static let severity = Severity.note

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      var first: [Int: ResolvedDevice] = [:]
      return variant.devices.compactMap { device in
        guard let node = device.node else { return nil }
        guard let other = first[node.position] else {
          first[node.position] = device
          return nil
        }
        let keys = differences(other.device, device.device)
        return keys.isEmpty ? nil : .disagree(other, device, node, keys, subject, variant)
      }
    }
  }

  /// The keys of policy in which two devices differ.
  private static func differences(_ one: LayoutDevice, _ other: LayoutDevice) -> [String] {
    [
      ("mask", one.maskBits == other.maskBits), ("reach", one.reach == other.reach),
      ("align", one.alignment == other.alignment), ("boundary", one.boundary == other.boundary),
      ("pools", one.pools == other.pools), ("contiguous", one.contiguous == other.contiguous),
      ("iommu", one.iommu == other.iommu),
    ].compactMap { $1 ? nil : $0 }
  }
}

extension Diagnostic {
  fileprivate static func disagree(
    _ first: ResolvedDevice,
    _ second: ResolvedDevice,
    _ node: Node,
    _ keys: [String],
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let names = (first.policy.name, second.policy.name)
    return Diagnostic(
      DevicesDisagree.id,
      .note,
      "devices `\(names.0)` and `\(names.1)` are both `\(node.path)` and differ in \(list(keys))",
      at: subject.label(second.policy.origin, "one of them"),
      related: [
        subject.label(first.policy.origin, "the other"), subject.label(node, "the node of both"),
      ],
      notes: ["each is judged by itself"],
      help: "give both the same name, so that the layers merge",
      variant: variant.variant.name
    )
  }
}
