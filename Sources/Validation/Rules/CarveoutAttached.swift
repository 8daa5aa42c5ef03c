import Board
import DeviceTree
import Diagnostics

/// A device whose driver is said to attach its region names plain carve-outs only.
///
/// Attaching is for regions that a handler took: pools. Of a plain carve-out
/// `of_reserved_mem_device_init()` returns -EINVAL, and the probe may fail. A note, since a driver may
/// look carve-outs up instead.
///
/// Bad: `camera: {match: ..., attach: driver}` with `memory-region = <&carveout>;` without
/// `compatible`. Good: `compatible = "shared-dma-pool";` in the region.
///
/// Source: `drivers/of/of_reserved_mem.c: of_reserved_mem_device_init_by_idx`.
enum CarveoutAttached: Rule {
  static let id: RuleID = "carveout-attached"
  static let severity = Severity.note
  static let requires: [RuleID] = ["reserved-memory-ignored", "dangling-memory-region"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    return subject.board.regionUsers.compactMap { user in
      let regions = user.targets.compactMap { $0.node.flatMap(subject.board.region(at:)) }
      guard subject.attachedNodes.contains(user.node.position), let first = regions.first,
        regions.allSatisfy({ !$0.isPool && !$0.node.has("compatible") })
      else { return nil }
      return Diagnostic(
        id,
        .note,
        "`\(user.node.path)` names no pool, though its driver is said to attach one",
        at: subject.label(user.node, "memory-region", "plain carve-outs"),
        related: [subject.label(first, "no handler takes it")],
        notes: ["attaching a plain carve-out gives -EINVAL; looking it up is fine"]
      )
    }
  }
}
