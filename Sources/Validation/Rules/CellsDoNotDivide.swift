import Board
import DeviceTree
import Diagnostics

/// `reg`, `alignment` or `alloc-ranges` of a region, or a `memory-region`, is not made of whole entries.
///
/// Linux drops the region: `Reserved memory: invalid reg property in 'NODE', skipping node.` or
/// `invalid alignment property in 'NODE' node.` Of a memory node it leaves the rest out silently, so
/// that RAM is missing.
///
/// Bad, with two address and two size cells: `reg = <0x0 0x40000000 0x1000000>;`
/// Good: `reg = <0x0 0x40000000 0x0 0x1000000>;`.
///
/// Source: `drivers/of/fdt.c: __reserved_mem_reserve_reg`, `drivers/of/of_reserved_mem.c:
/// __reserved_mem_alloc_size`.
enum CellsDoNotDivide: Rule {
  static let id: RuleID = "cells-do-not-divide"
  static let severity = Severity.error
  static let requires: [RuleID] = ["cell-count-unreadable", "reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let cells = subject.board.tree.root.childCells
    guard cells.entry > 0 else { return [] }
    let memory = subject.memoryNodes.compactMap { node in
      fault(node, "reg", cells, subject)
    }
    return memory
      + subject.board.regionUsers.compactMap { user in
        user.node.property("memory-region").flatMap { list in
          list.count % 4 == 0 ? nil : .cut(user.node, list, subject)
        }
      }
      + subject.board.regions.flatMap { region -> [Diagnostic] in
        if region.node.has("reg") {
          return [fault(region.node, "reg", cells, subject)].compactMap(\.self)
        }
        guard region.node.has("size") else { return [] }
        return ["alignment", "alloc-ranges"].compactMap { fault(region.node, $0, cells, subject) }
      }
  }

  private static func fault(
    _ node: Node,
    _ name: String,
    _ cells: CellCounts,
    _ subject: Subject
  ) -> Diagnostic? {
    guard let property = node.property(name) else { return nil }
    let whole =
      name == "alignment"
      ? property.count == cells.address * 4 : property.count % (cells.entry * 4) == 0
    return whole ? nil : .broken(node, property, cells, subject)
  }
}

extension Diagnostic {
  fileprivate static func cut(_ node: Node, _ list: Property, _ subject: Subject) -> Self {
    Diagnostic(
      CellsDoNotDivide.id,
      .error,
      "`memory-region` of `\(node.path)` is not a whole number of phandles",
      at: subject.label(node, "memory-region", "\(list.count) bytes, but a phandle has 4"),
      notes: ["Linux leaves the rest out silently"],
      help: "write one cell for each region"
    )
  }

  fileprivate static func broken(
    _ node: Node,
    _ property: Property,
    _ cells: CellCounts,
    _ subject: Subject
  ) -> Self {
    let root = subject.board.tree.root
    let isAlignment = property.name == "alignment"
    let entry =
      isAlignment
      ? "an alignment is \(count(cells.address, "address cell"))"
      : "an entry is \(count(cells.address, "address cell")) + \(count(cells.size, "size cell"))"
    let isRegion = node.parent?.name == "reserved-memory"
    return Diagnostic(
      CellsDoNotDivide.id,
      .error,
      isAlignment
        ? "`alignment` of `\(node.path)` has the wrong number of cells"
        : "`\(property.name)` of `\(node.path)` is not a whole number of entries",
      at: subject.label(
        node,
        property.name,
        property.count % 4 == 0
          ? "\(count(property.cellCount, "cell")), but \(entry)"
          : "\(property.count) bytes, but \(entry)"
      ),
      related: ["#address-cells", "#size-cells"].filter(root.has)
        .map { subject.label(root, $0, "counted here") },
      notes: [
        isRegion
          ? "Linux drops the region: `invalid \(property.name) property in '\(node.name)'`"
          : "Linux leaves the rest out silently, so RAM is missing"
      ],
      help: isAlignment
        ? "write it in \(count(cells.address, "cell"))"
        : "write \(count(cells.entry, "cell")) for each entry"
    )
  }
}
