import DeviceTree
import Diagnostics
import PhysicalMemory

/// A bus's `dma-ranges` are no list of windows: cut off, of size 0, past the end, in the root.
///
/// Linux ignores a rest that is too short for an entry, and an entry of size 0 leaves the devices
/// without a mapping: `Adjusted size 0x... invalid`. An odd size is a mask written where the size
/// belongs: up to 6.9 Linux says `Invalid size 0x... for dma-range(s)` and adds one, later kernels
/// take it as it is. Bounds are computed with 64 bits: a window past the end of one cell of addresses
/// is taken as it stands, which is a note. In the root the property has no bus above, so that every device's translation
/// fails.
///
/// Bad: `dma-ranges = <0x0 0x40000000 0x3fffffff>;` Good: `dma-ranges = <0x0 0x40000000 0x40000000>;`.
///
/// Source: `drivers/of/address.c: of_dma_get_range`, `drivers/of/device.c: of_dma_configure_id`.
enum DMARangesMalformed: Rule {
  static let id: RuleID = "dma-ranges-malformed"
  static let severity = Severity.error
  static let requires: [RuleID] = ["cell-count-unreadable"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.busesWithWindows.flatMap { bus -> [Diagnostic] in
      guard let property = bus.property("dma-ranges"), property.count > 0, bus.isReachable else {
        return []
      }
      guard let parent = bus.parent else { return [.inRoot(bus, subject)] }
      let counts = (child: bus.childCells, parent: parent.childCells.address)
      let width = counts.child.entry + counts.parent
      if width == 0 || property.count % (4 * width) != 0 {
        return [.notWhole(bus, property, counts, subject)]
      }
      return (bus.rangesEntries(.dmaRanges) ?? []).compactMap { entry in
        Fault(entry, bus, parent).map { .broken(bus, entry, $0, subject) }
      }
    }
  }

  /// What is wrong with one entry.
  fileprivate enum Fault {
    case empty
    case odd
    case pastEnd(bits: Int)

    init?(_ entry: RangesEntry, _ bus: Node, _ parent: Node) {
      if entry.size == 0 {
        self = .empty
      } else if entry.size & 1 == 1 {
        self = .odd
      } else {
        let childCells = bus.childCells.address - (entry.flags == nil ? 0 : 1)
        let ends = [
          (entry.child, childCells), (entry.parent, parent.childCells.address),
        ]
        guard let past = ends.first(where: { Self.runsPast($0.0, entry.size, cells: $0.1) }) else {
          return nil
        }
        self = .pastEnd(bits: past.1 == 1 ? 32 : 64)
      }
    }

    private static func runsPast(_ start: UInt64, _ size: UInt64, cells: Int) -> Bool {
      let (last, overflow) = start.addingReportingOverflow(size - 1)
      return overflow || (cells == 1 && last > UInt64(UInt32.max))
    }
  }
}

extension Diagnostic {
  fileprivate static func inRoot(_ bus: Node, _ subject: Subject) -> Self {
    Diagnostic(
      DMARangesMalformed.id,
      .error,
      "`dma-ranges` in the root lead nowhere: no bus is above",
      at: subject.label(bus, "dma-ranges", "of the root itself"),
      notes: [
        "Linux says of every device: `OF: translation of DMA address(...) to CPU address failed`",
        "ZONE_DMA may end at the size of the entry",
      ],
      help: "move the property to the bus whose devices it limits"
    )
  }

  fileprivate static func notWhole(
    _ bus: Node,
    _ property: Property,
    _ counts: (child: CellCounts, parent: Int),
    _ subject: Subject
  ) -> Self {
    let entry = counts.child.entry + counts.parent
    return Diagnostic(
      DMARangesMalformed.id,
      .error,
      "`dma-ranges` of `\(bus.path)` are not a whole number of entries",
      at: subject.label(
        bus,
        "dma-ranges",
        "\(count(property.cellCount, "cell")), but an entry is \(counts.child.address) + "
          + "\(counts.parent) + \(counts.child.size)"
      ),
      notes: ["Linux leaves the rest out and says nothing"],
      help:
        "write \(count(entry, "cell")) for each entry: bus address, address on the bus above, size"
    )
  }

  fileprivate static func broken(
    _ bus: Node,
    _ entry: RangesEntry,
    _ fault: DMARangesMalformed.Fault,
    _ subject: Subject
  ) -> Self {
    let size = ByteCount(entry.size)
    let said: (severity: Severity, text: String, note: String, help: String) =
      switch fault {
      case .empty:
        (
          .error, "has size 0",
          "the entry maps nothing; alone, Linux says `Adjusted size 0x0 invalid`",
          "write the size of the window, or remove the entry"
        )
      case .odd:
        (
          .warning, "has the odd size \(size.hexadecimal), which looks like a mask",
          "up to 6.9 Linux says `Invalid size \(size.hexadecimal) for dma-range(s)` and adds one; "
            + "later kernels lose the last byte",
          "write the size: "
            + (entry.size == .max
              ? "two cells can not hold 2^64" : "0x" + String(entry.size + 1, radix: 16))
        )
      case .pastEnd(let bits):
        (
          bits == 32 ? .note : .error, "runs past the end of \(bits)-bit addresses",
          "from bus address \(BusAddress(entry.child)) and \(PhysicalAddress(entry.parent)) above, "
            + "\(size.approximate) are too many",
          "end the window at 2^\(bits)"
        )
      }
    return Diagnostic(
      DMARangesMalformed.id,
      said.severity,
      "an entry of `dma-ranges` of `\(bus.path)` \(said.text)",
      at: subject.label(bus, "dma-ranges", cells: entry.cells, size.approximate),
      notes: [said.note],
      help: said.help
    )
  }
}
