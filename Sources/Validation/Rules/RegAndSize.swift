import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// A region has both `reg` and `size`.
///
/// `reg` holds; `size`, `alignment` and `alloc-ranges` are not read. The binding allows one form only,
/// and an overlay that changes `size` has no effect.
///
/// Bad: `reg = <0x0 0x10000000 0x0 0x8000000>; size = <0x0 0x800000>;` Good: one of the two.
///
/// Source: `drivers/of/fdt.c: __reserved_mem_reserve_reg`, reserved-memory.yaml of dt-schema.
enum RegAndSize: Rule {
  static let id: RuleID = "reg-and-size"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored", "cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let sizeCells = subject.board.tree.root.childCells.size
    return subject.regions.compactMap { region in
      guard case .fixed(let entries) = region.placement, let first = entries.first,
        let size = region.node.property("size")
      else { return nil }
      let stated =
        size.count == sizeCells * 4 ? ByteCount(size.number(at: 0, cells: sizeCells)) : nil
      return Diagnostic(
        id,
        .warning,
        "region `\(subject.name(of: region))` has `reg` and `size`: only `reg` holds",
        at: subject.label(
          region.node,
          "size",
          stated.map { "\($0.approximate) that nobody reads" }
            ?? "not read"
        ),
        related: [
          subject.label(
            region.node,
            "reg",
            cells: first.cells,
            "\(ByteCount(first.size).approximate), which holds"
          )
        ],
        help: "remove one of the two"
      )
    }
  }
}
