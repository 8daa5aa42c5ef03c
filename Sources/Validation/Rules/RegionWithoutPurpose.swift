import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// A dynamic region that nothing can find: no `compatible`, no `reusable`, no user.
///
/// Linux sets the memory aside at a place of its own choice. Without a driver for the node and without
/// a `memory-region` that names it, the memory is lost.
///
/// Bad: `linux,cma { size = <0x0 0x400000>; };` Good: the same with
/// `compatible = "shared-dma-pool"; reusable; linux,cma-default;`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_init_node`.
enum RegionWithoutPurpose: Rule {
  static let id: RuleID = "region-without-purpose"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "size-malformed", "cells-do-not-divide",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.compactMap { region in
      guard case .dynamic(let size, _, _) = region.placement, size > .zero,
        !region.node.has("compatible"), !region.isReusable,
        subject.allReferrers[region.node.position] == nil
      else { return nil }
      return Diagnostic(
        id,
        .warning,
        "nothing can use region `\(subject.name(of: region))`: \(size.approximate) are lost",
        at: subject.label(region, "set aside at a place that nobody learns"),
        notes: ["it has no `compatible`, is not `reusable`, and no `memory-region` names it"],
        help: "remove it, or say what it is for: `compatible = \"shared-dma-pool\"; reusable;`"
      )
    }
  }
}
