import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// A region of size 0.
///
/// Linux reserves nothing: a fixed one is lost with `Reserved memory: failed to reserve memory for
/// node 'NODE'`, a dynamic one is registered with no memory at the end of a free range. Firmware fills
/// some placeholders in, which should be disabled until then.
///
/// Bad: `reg = <0x0 0x0 0x0 0x0>;` Good: the same with `status = "disabled";`.
///
/// Source: `drivers/of/fdt.c: __reserved_mem_reserve_reg`.
enum RegionEmpty: Rule {
  static let id: RuleID = "region-empty"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "size-malformed", "cells-do-not-divide",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.compactMap { region in
      let isEmpty =
        switch region.placement {
        case .fixed(let entries): entries.first?.size == 0
        case .dynamic(let size, _, _): size == .zero
        case .unreadable: region.node.property("reg")?.count == 0
        }
      guard isEmpty else { return laterEntry(of: region, subject) }
      return Diagnostic(
        id,
        .error,
        "region `\(subject.name(of: region))` has size 0",
        at: subject.label(region, "no bytes"),
        notes: [
          region.isDynamic
            ? "Linux registers it at the end of a free range and reserves nothing"
            : "Linux says: `Reserved memory: failed to reserve memory for node "
              + "'\(region.node.name)'`"
        ],
        help: "give it a size, or disable it until firmware does: `status = \"disabled\";`"
      )
    }
  }

  /// An entry behind the first, which alone becomes the region.
  private static func laterEntry(of region: RegionNode, _ subject: Subject) -> Diagnostic? {
    guard case .fixed(let entries) = region.placement,
      let entry = entries.first(where: { $0.size == 0 })
    else { return nil }
    return Diagnostic(
      id,
      .warning,
      "an entry of region `\(subject.name(of: region))` has size 0",
      at: subject.label(region.node, "reg", cells: entry.cells, "no bytes"),
      notes: [
        "Linux says: `Reserved memory: failed to reserve memory for node '\(region.node.name)'`"
      ],
      help: "give it a size, or leave it out"
    )
  }
}
