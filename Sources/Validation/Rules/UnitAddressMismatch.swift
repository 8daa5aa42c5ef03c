import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// The unit address of a region or memory node is not the address in its `reg`.
///
/// Nothing breaks, but logs and `/proc/device-tree` name an address that is not the region's, and a
/// board file that meant to replace the node may have changed only half of it.
///
/// Bad: `memory@400000 { reg = <0x0 0xc50000 ...>; };` Good: `memory@c50000`.
///
/// Source: Devicetree Specification 2.2.1.1.
enum UnitAddressMismatch: Rule {
  static let id: RuleID = "unit-address-mismatch"
  static let severity = Severity.note
  static let requires: [RuleID] = [
    "cell-count-unreadable", "reserved-memory-ignored", "cells-do-not-divide",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let cells = subject.board.tree.root.childCells
    return (subject.memoryNodes + subject.board.regions.map(\.node)).compactMap { node in
      guard let unit = node.unitAddress, let reg = node.property("reg"),
        let first = reg.entries(cells).first, let number = UInt64(digits(unit), radix: 16),
        number != first.address
      else { return nil }
      return .mismatch(node, unit, first, subject)
    }
  }

  /// A unit address may have a comma between halves, and some trees write `0x`.
  private static func digits(_ unit: String) -> String {
    let plain = unit.hasPrefix("0x") ? String(unit.dropFirst(2)) : unit
    let parts = plain.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return plain }
    return parts[0] + String(repeating: "0", count: max(0, 8 - parts[1].count)) + parts[1]
  }
}

extension Diagnostic {
  fileprivate static func mismatch(
    _ node: Node,
    _ unit: String,
    _ first: RegEntry,
    _ subject: Subject
  ) -> Self {
    let wanted = String(first.address, radix: 16)
    return Diagnostic(
      UnitAddressMismatch.id,
      .note,
      "`\(node.path)` is named after \(unit), but starts at \(PhysicalAddress(first.address))",
      at: subject.label(node, "reg", cells: first.cells, "starts here"),
      notes: ["logs name the node, so they name an address that is not its own"],
      help: "name it `\(node.baseName)@\(wanted)`"
    )
  }
}
