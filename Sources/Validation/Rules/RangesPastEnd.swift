import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// An entry of a bus's `ranges` runs past the end of 64-bit addresses.
///
/// Addresses behind the bus wrap around, and a device of it lies where something else does.
///
/// Bad: `ranges = <0x0 0x0 0xffffffff 0xffff0000 0x0 0x100000>;`. Good: an entry that ends below 2^64.
///
/// Source: `drivers/of/address.c: of_bus_default_map, of_translate_one`.
enum RangesPastEnd: Rule {
  static let id: RuleID = "ranges-past-end"
  static let severity = Severity.error
  static let requires: [RuleID] = ["cell-count-unreadable"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.board.tree.nodes(having: "ranges").flatMap { bus -> [Diagnostic] in
      guard bus.isReachable else { return [] }
      return (bus.rangesEntries(.ranges) ?? []).compactMap { entry in
        let start = max(entry.child, entry.parent)
        guard entry.size > 0, start.addingReportingOverflow(entry.size - 1).overflow else {
          return nil
        }
        return Diagnostic(
          id,
          .error,
          "an entry of `ranges` of `\(bus.path)` runs past the end of 64-bit addresses",
          at: subject.label(bus, "ranges", cells: entry.cells, ByteCount(entry.size).approximate),
          notes: [
            "from \(PhysicalAddress(entry.child)) on the bus and \(PhysicalAddress(entry.parent)) above"
          ],
          help: "end the entry below 2^64"
        )
      }
    }
  }
}
