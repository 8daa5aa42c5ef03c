import Board
import DeviceTree
import Diagnostics

/// Devices whose chain of buses has a gap below a bus with an explicit `dma-ranges`.
///
/// From the second bus upwards a missing `dma-ranges` ends Linux's walk: the limit and the offset of
/// the bus above are not found, and the device is taken to see memory as the CPU does. A note for
/// devices behind an IOMMU, which translates for them.
///
/// Bad: `soc { dma-ranges = <...>; rproc { edge { dsp { iommus = <...>; }; }; }; };`
/// Good: `dma-ranges;` in `rproc` and `edge`.
///
/// Source: `drivers/of/address.c: of_dma_get_range`.
enum DMARangesLost: Rule {
  static let id: RuleID = "dma-ranges-lost"
  static let severity = Severity.warning

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.busesWithWindows.contains(where: { ($0.property("dma-ranges")?.count ?? 0) > 0 })
    else { return [] }
    var gaps: [Gap] = []
    var seen: Set<Int> = []
    for property in ["iommus", "iommu-map", "dma-coherent"] {
      for node in subject.board.tree.nodes(having: property)
      where seen.insert(node.position).inserted {
        guard node.isReachable, case .chainBroken(let below) = node.dmaMapping,
          let missing = below.dmaParent,
          let lost = firstWindows(above: missing)
        else { continue }
        if let known = gaps.firstIndex(where: { $0.missing == missing }) {
          gaps[known].devices.append(node)
        } else {
          gaps.append(Gap(missing: missing, lost: lost, devices: [node]))
        }
      }
    }
    return gaps.map { .lost($0, subject) }
  }

  private static func firstWindows(above node: Node) -> Node? {
    sequence(first: node, next: \.parent).first { ($0.property("dma-ranges")?.count ?? 0) > 0 }
  }

  /// A bus without `dma-ranges` where there should be one, with the devices below.
  fileprivate struct Gap {
    let missing: Node
    let lost: Node
    var devices: [Node]
  }
}

extension Diagnostic {
  fileprivate static func lost(_ gap: DMARangesLost.Gap, _ subject: Subject) -> Self {
    let translated = gap.devices.allSatisfy { $0.has("iommus") || $0.has("iommu-map") }
    let devices = count(gap.devices.count, "device")
    return Diagnostic(
      DMARangesLost.id,
      translated ? .note : .warning,
      "`\(gap.missing.path)` hides the `dma-ranges` of `\(gap.lost.path)` from \(devices)",
      at: subject.label(gap.missing, "has no `dma-ranges`, so Linux stops looking here"),
      related: [subject.label(gap.lost, "dma-ranges", "not found")]
        + gap.devices.map { subject.label($0, "taken to see memory as the CPU does") },
      notes: translated
        ? ["they are behind an IOMMU, so that only the 32-bit default mask is left to matter"] : [],
      help: "add `dma-ranges;` to `\(gap.missing.path)` and the buses above it that lack it"
    )
  }
}
