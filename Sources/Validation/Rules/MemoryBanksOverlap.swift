import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// Two entries of memory nodes share addresses; of a RAM variant `ram-overlaps` says so.
///
/// Linux joins them and says nothing, so that there is less RAM than the sum; one of the two numbers is
/// wrong.
///
/// Bad: `reg = <0x0 0x40000000 0x0 0x40000000>, <0x0 0x7f000000 0x0 0x40000000>;`
/// Good: the second from `0x80000000` on.
///
/// Source: `mm/memblock.c: memblock_add_range`.
enum MemoryBanksOverlap: Rule {
  static let id: RuleID = "memory-banks-overlap"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["cell-count-unreadable", "cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let banks = subject.memoryBanks
    guard banks.count > 1 else { return [] }
    return banks.indices.flatMap { second in
      banks[..<second].compactMap { first -> Diagnostic? in
        guard let range = first.range, let other = banks[second].range,
          let shared = range.intersection(other)
        else { return nil }
        return .shared(
          shared,
          at: subject.label(
            banks[second].node,
            "reg",
            cells: banks[second].entry.cells,
            other.withSize
          ),
          related: [subject.label(first.node, "reg", cells: first.entry.cells, range.withSize)]
        )
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func shared(
    _ range: PhysicalRange,
    at place: Label,
    related: [Label],
    variant: String? = nil
  ) -> Self {
    Diagnostic(
      MemoryBanksOverlap.id,
      .warning,
      "two banks of RAM share \(range)",
      at: place,
      related: related,
      notes: ["Linux joins them and says nothing: \(range.size.approximate) are counted twice"],
      help: "end the first bank at \(range.start), or start the second at \(range.end)",
      variant: variant
    )
  }
}
