import DeviceTree
import Diagnostics
import PhysicalMemory

/// Two entries of a bus's `dma-ranges` share addresses.
///
/// On the bus side one address then means two places; Linux takes the entry that stands first. On the
/// CPU side one place has two bus addresses, of which Linux hands out that of the first entry: a
/// note, since some bridges have an alias on purpose.
///
/// Bad: `dma-ranges = <0x0 0x40000000 0x20000000>, <0x10000000 0x80000000 0x20000000>;`
/// Good: the second from `0x20000000` on.
///
/// Source: `include/linux/dma-direct.h: translate_phys_to_dma, translate_dma_to_phys`.
enum DMARangesOverlap: Rule {
  static let id: RuleID = "dma-ranges-overlap"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["dma-ranges-malformed"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.busesWithWindows.flatMap { bus -> [Diagnostic] in
      let entries = bus.rangesEntries(.dmaRanges) ?? []
      guard entries.count > 1, bus.isReachable else { return [] }
      return entries.indices.flatMap { second in
        entries[..<second].compactMap { first in overlap(first, entries[second], bus, subject) }
      }
    }
  }

  private static func overlap(
    _ first: RangesEntry,
    _ second: RangesEntry,
    _ bus: Node,
    _ subject: Subject
  ) -> Diagnostic? {
    // Prefetchable and other spaces of PCI are told apart by their flags.
    guard first.flags == second.flags else { return nil }
    let onBus = BusRange.of(first.child, first.size)
      .intersection(BusRange.of(second.child, second.size))
    if let onBus {
      return .shared(
        bus,
        second,
        .warning,
        "bus addresses \(onBus)",
        "Linux takes the entry that stands first; what the hardware does is its own affair",
        subject
      )
    }
    let above = PhysicalRange.of(first.parent, first.size)
      .intersection(PhysicalRange.of(second.parent, second.size))
    return above.map {
      .shared(
        bus,
        second,
        .note,
        "the memory \($0)",
        "it has two bus addresses, and Linux hands out that of the first entry",
        subject
      )
    }
  }
}

extension AddressRange {
  fileprivate static func of(_ start: UInt64, _ size: UInt64) -> Self {
    AddressRange(start: Address(rawValue: start), saturating: ByteCount(size))
  }
}

extension Diagnostic {
  fileprivate static func shared(
    _ bus: Node,
    _ entry: RangesEntry,
    _ severity: Severity,
    _ what: String,
    _ note: String,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      DMARangesOverlap.id,
      severity,
      "two entries of `dma-ranges` of `\(bus.path)` share \(what)",
      at: subject.label(bus, "dma-ranges", cells: entry.cells, "lies on an earlier entry"),
      notes: [note],
      help: severity == .note ? nil : "end one entry where the other begins"
    )
  }
}
