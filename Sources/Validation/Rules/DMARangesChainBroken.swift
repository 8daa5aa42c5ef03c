import Board
import DeviceTree
import Diagnostics

/// A bus has an empty `dma-ranges` below a bus that has none.
///
/// An empty property says "as above", but nothing is there: Linux's walk ends without an answer, as if
/// nothing had been said. A note as long as no limit is lost; where one is, see `dma-ranges-lost`.
///
/// Bad: `bus@f0000 { bus@48000000 { dma-ranges; }; };` Good: `dma-ranges;` in both.
///
/// Source: `drivers/of/address.c: of_dma_get_range`.
enum DMARangesChainBroken: Rule {
  static let id: RuleID = "dma-ranges-chain-broken"
  static let severity = Severity.note

  static func check(_ subject: Subject) -> [Diagnostic] {
    // Buses below the same gap are one finding.
    var gaps: [(above: Node, buses: [Node])] = []
    for bus in subject.busesWithWindows {
      guard let property = bus.property("dma-ranges"), property.count == 0,
        let above = bus.dmaParent, above.parent != nil, !above.has("dma-ranges")
      else { continue }
      if let known = gaps.firstIndex(where: { $0.above == above }) {
        gaps[known].buses.append(bus)
      } else {
        gaps.append((above, [bus]))
      }
    }
    return gaps.map { above, buses in
      Diagnostic(
        id,
        .note,
        buses.count == 1
          ? "the empty `dma-ranges` of `\(buses[0].path)` leads nowhere"
          : "the empty `dma-ranges` of \(buses.count) buses lead nowhere: \(list(buses.map(\.path)))",
        at: subject.label(buses[0], "dma-ranges", "says: as above"),
        related: buses.dropFirst().map { subject.label($0, "dma-ranges", "says: as above") }
          + [subject.label(above, "has no `dma-ranges`")],
        notes: ["Linux ends its walk here with no answer: no translation and no limit"],
        help: "add `dma-ranges;` to `\(above.path)`"
      )
    }
  }
}
