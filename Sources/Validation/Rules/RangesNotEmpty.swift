import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// `/reserved-memory` has `ranges` that are not empty.
///
/// Linux reserves what `reg` says and never reads `ranges`, but drivers of regions (ramoops,
/// remoteproc) translate through them: the two then mean different memory. A note where every entry
/// maps an address to itself.
///
/// Bad: `ranges = <0x0 0x0 0x0 0x40000000 0x0 0x40000000>;` Good: `ranges;`.
///
/// Source: `drivers/of/fdt.c: __reserved_mem_check_root`, `drivers/of/address.c:
/// of_address_to_resource`.
enum RangesNotEmpty: Rule {
  static let id: RuleID = "ranges-not-empty"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let node = subject.container, let ranges = node.property("ranges"), ranges.count > 0,
      !subject.board.regions.isEmpty
    else { return [] }
    let entries = node.rangesEntries(.ranges) ?? []
    let moved = entries.first { $0.child != $0.parent }
    return [
      Diagnostic(
        id,
        moved == nil && !entries.isEmpty ? .note : .warning,
        "the `ranges` of `/reserved-memory` are not empty",
        at: subject.label(
          node,
          "ranges",
          cells: moved?.cells,
          moved.map { "\(PhysicalAddress($0.child)) becomes \(PhysicalAddress($0.parent))" }
            ?? "maps addresses to themselves"
        ),
        notes: ["Linux reserves what `reg` says; drivers of the regions translate it first"],
        help: "write `ranges;`, and CPU addresses in `reg`"
      )
    ]
  }
}
