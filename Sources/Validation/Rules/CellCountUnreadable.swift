import Board
import DeviceTree
import Diagnostics

/// `#address-cells` or `#size-cells` is a number that Linux can not read addresses with.
///
/// At the root one or two cells make an address or a size; of more only the last two count, and of none
/// all sizes are 0, so that there is no RAM. A bus that translates addresses has one to four cells for
/// them and one at least for sizes; otherwise nothing behind it has an address: `OF: Bad cell count for
/// /soc`. Findings that only follow from it are not reported beside it.
///
/// Bad: `#address-cells = <5>;` in the root. Good: `#address-cells = <2>;`.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_root`, `drivers/of/address.c: OF_CHECK_COUNTS`.
enum CellCountUnreadable: Rule {
  static let id: RuleID = "cell-count-unreadable"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    let root = subject.board.tree.root
    let atRoot = faults(root, address: 1...2, size: 1...2, subject)
    let buses = subject.busesWithWindows.filter { bus in
      bus.position != 0 && bus.isReachable && (bus.property("dma-ranges")?.count ?? 0) > 0
    }
    return atRoot + buses.flatMap { faults($0, address: 1...4, size: 1...4, subject) }
  }

  private static func faults(
    _ node: Node,
    address: ClosedRange<UInt32>,
    size: ClosedRange<UInt32>,
    _ subject: Subject
  ) -> [Diagnostic] {
    [("#address-cells", address), ("#size-cells", size)].compactMap { name, good in
      guard let property = node.property(name) else { return nil }
      let stated = property.count == 4 ? property.cell(0) : nil
      if let stated, good.contains(stated) { return nil }
      let isRoot = node.position == 0
      return Diagnostic(
        id,
        .error,
        "`\(name)` of `\(node.path)` is "
          + (stated.map { "\($0)" } ?? "no cell: it has \(property.count) bytes"),
        at: subject.label(
          node,
          name,
          "Linux reads \(good.lowerBound) to \(good.upperBound)" + (isRoot ? " here" : "")
        ),
        notes: isRoot
          ? ["RAM and `/reserved-memory` are read by it"]
          : ["Linux says: `OF: Bad cell count for \(node.path)`"],
        help: "write `\(name) = <\(isRoot ? 2 : 1)>;`, or as many cells as the addresses have"
      )
    }
  }
}
