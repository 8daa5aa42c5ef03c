import Board
import DeviceTree
import Diagnostics
import Layout

/// Neither the tree nor policy states how much RAM there is.
///
/// Many trees leave it to firmware to fill `/memory` in. What depends on RAM can not be checked: the
/// place of dynamic regions, regions outside of RAM, the replay of the boot.
///
/// Bad: `memory@40000000 { reg = <0x40000000 0x0>; };` and no `variants:`. Good:
/// `variants: {1g: [0x4000_0000..+1GiB]}`, or `--ram 0x40000000+1GiB`.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_memory`.
enum RAMUnknown: Rule {
  static let id: RuleID = "ram-unknown"
  static let severity = Severity.note
  static let requires: [RuleID] = ["cell-count-unreadable"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      variant.variant.hasMemory ? nil : .unknown(subject, variant)
    }
  }
}

extension Diagnostic {
  fileprivate static func unknown(_ subject: Subject, _ variant: CompiledVariant) -> Self {
    let node = subject.memoryNodes.first
    return Diagnostic(
      RAMUnknown.id,
      .note,
      "the board's RAM is not known",
      at: node.map { subject.label($0, "reg", "states no size: firmware fills it in") }
        ?? subject.label(subject.board.tree.root, "has no memory node: firmware adds it"),
      notes: ["what depends on RAM was not checked"],
      help: "state it: `variants: {NAME: [START..+SIZE]}` in policy, or `--ram START+SIZE`",
      variant: variant.variant.name
    )
  }
}
