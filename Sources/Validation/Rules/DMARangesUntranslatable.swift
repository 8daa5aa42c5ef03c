import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// A bus's `dma-ranges` name addresses that the buses above do not pass on to the CPU.
///
/// Linux says `OF: translation of DMA address(0x...) to CPU address failed node(...)` and leaves the
/// entry out. With none left, devices are configured as if nothing were said, and ZONE_DMA may be
/// moved to a place that makes no sense.
///
/// Bad: an entry to `0x80000000` below a bus whose `dma-ranges` pass on `0x40000000` to
/// `0x80000000` alone. Good: an entry to `0x40000000`.
///
/// Source: `drivers/of/address.c: of_dma_get_range, __of_translate_address,
/// of_dma_get_max_cpu_address`.
enum DMARangesUntranslatable: Rule {
  static let id: RuleID = "dma-ranges-untranslatable"
  static let severity = Severity.error
  static let requires: [RuleID] = ["dma-ranges-malformed"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.busesWithWindows.compactMap { bus -> Diagnostic? in
      let entries = bus.rangesEntries(.dmaRanges) ?? []
      guard !entries.isEmpty, bus.parent != nil, bus.isReachable else { return nil }
      var failed: [(entry: RangesEntry, reason: NoTranslation)] = []
      for entry in entries {
        do throws(NoTranslation) {
          _ = try bus.translateFromParentBus(entry.parent, .dmaRanges)
        } catch {
          failed.append((entry, error))
        }
      }
      guard let first = failed.first else { return nil }
      return .untranslatable(bus, first, all: failed.count == entries.count, subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func untranslatable(
    _ bus: Node,
    _ failed: (entry: RangesEntry, reason: NoTranslation),
    all: Bool,
    _ subject: Subject
  ) -> Self {
    let address = BusAddress(failed.entry.parent)
    let above: (Node, String) =
      switch failed.reason {
      case .notCovered(let node): (node, "no entry covers \(address)")
      case .opaque(let node): (node, "nothing behind it is seen from above")
      case .badCells(let node): (node, "its cell counts are not 1 to 4 and at least 1")
      }
    let window = BusRange(
      start: BusAddress(failed.entry.child),
      saturating: ByteCount(failed.entry.size)
    )
    return Diagnostic(
      DMARangesUntranslatable.id,
      all ? .error : .warning,
      "`dma-ranges` of `\(bus.path)` lead to \(address), which the buses above do not pass on",
      at: subject.label(bus, "dma-ranges", cells: failed.entry.cells, "bus addresses \(window)"),
      related: [subject.label(above.0, "dma-ranges", above.1)],
      notes: [
        "Linux says: `OF: translation of DMA address(\(BusAddress(failed.entry.child).hexadecimal)) "
          + "to CPU address failed node(\(bus.path))`",
        all
          ? "its devices are taken to see memory as the CPU does, and ZONE_DMA may move"
          : "the other entries hold",
      ],
      help: "correct the entry, or let `\(above.0.path)` pass \(address) on"
    )
  }
}
