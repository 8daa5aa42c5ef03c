import Board
import DeviceTree
import Diagnostics

/// A dynamic region's `size` does not have as many cells as the root's `#size-cells`.
///
/// Linux drops the region: nothing is reserved, and a driver that names it fails. The only trace is
/// `OF: reserved mem: invalid size property in 'NODE' node.`
///
/// Bad, with two size cells: `size = <0x4000000>;` Good: `size = <0x0 0x4000000>;`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`.
enum SizeMalformed: Rule {
  static let id: RuleID = "size-malformed"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let cells = subject.board.tree.root.childCells
    return subject.board.regions.compactMap { region in
      guard !region.node.has("reg"), let size = region.node.property("size"),
        size.count != cells.size * 4
      else { return nil }
      return .malformed(region, size, cells, subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func malformed(
    _ region: RegionNode,
    _ size: Property,
    _ cells: CellCounts,
    _ subject: Subject
  ) -> Self {
    let number = size.cells.flatMap { cells in
      cells.count <= 2 ? cells.reduce(UInt64(0)) { $0 << 32 | UInt64($1) } : nil
    }
    let wanted = number.map { number in
      (0..<cells.size).reversed().map { place in
        place > 1 ? "0x0" : "0x" + String(number >> UInt64(32 * place) & 0xffff_ffff, radix: 16)
      }
    }
    return Diagnostic(
      SizeMalformed.id,
      .error,
      "`size` of region `\(subject.name(of: region))` has \(size.count) bytes where Linux wants "
        + "\(cells.size * 4)",
      at: subject.label(region.node, "size", "not \(count(cells.size, "cell"))"),
      related: subject.board.tree.root.has("#size-cells")
        ? [subject.label(subject.board.tree.root, "#size-cells", "the root's sizes have so many")]
        : [],
      notes: [
        "Linux drops the region and says: `OF: reserved mem: invalid size property in "
          + "'\(region.node.name)' node.`"
      ],
      help: wanted.map { "write `size = <\($0.joined(separator: " "))>;`" }
        ?? "write the size in \(count(cells.size, "cell"))"
    )
  }
}
