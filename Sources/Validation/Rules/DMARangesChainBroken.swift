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
    subject.busesWithWindows.compactMap { bus in
      guard let property = bus.property("dma-ranges"), property.count == 0,
        let above = bus.dmaParent, above.parent != nil, !above.has("dma-ranges")
      else { return nil }
      return Diagnostic(
        id,
        .note,
        "the empty `dma-ranges` of `\(bus.path)` leads nowhere",
        at: subject.label(bus, "dma-ranges", "says: as above"),
        related: [subject.label(above, "has no `dma-ranges`")],
        notes: ["Linux ends its walk here with no answer: no translation and no limit"],
        help: "add `dma-ranges;` to `\(above.path)`"
      )
    }
  }
}
