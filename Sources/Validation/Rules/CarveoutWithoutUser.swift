import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// Carve-outs that no device names and no driver binds to.
///
/// Often right: firmware owns them, and Linux has only to keep out. Memory is lost where the owner is
/// gone. One note for a board.
///
/// Bad: a carve-out of a coprocessor that the board does not have. Good: none, or a `memory-region`
/// that names it.
///
/// Source: `drivers/of/of_reserved_mem.c: of_reserved_mem_lookup`.
enum CarveoutWithoutUser: Rule {
  static let id: RuleID = "carveout-without-user"
  static let severity = Severity.note
  static let requires: [RuleID] = ["reserved-memory-ignored", "regions-overlap"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let unnamed = subject.regions.filter { region in
      !region.node.has("compatible") && !region.fixedRanges.isEmpty
        && subject.allReferrers[region.node.position] == nil
    }
    return unnamed.isEmpty ? [] : [.unnamed(unnamed, subject)]
  }
}

extension Diagnostic {
  fileprivate static func unnamed(_ regions: [RegionNode], _ subject: Subject) -> Self {
    let size = RegionSet(regions.flatMap(\.fixedRanges)).size
    let names = list(regions.map(subject.name(of:)))
    return Diagnostic(
      CarveoutWithoutUser.id,
      .note,
      "no device names \(count(regions.count, "carve-out")) of \(size.approximate) in all: \(names)",
      at: subject.label(regions[0], regions[0].fixedRanges[0].withSize),
      notes: ["right where firmware owns the memory; else it is lost"]
    )
  }
}
