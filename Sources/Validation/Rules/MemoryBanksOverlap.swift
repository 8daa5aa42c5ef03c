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
    let sorted = banks.compactMap { bank in bank.range.map { (bank: bank, range: $0) } }
      .sorted { ($0.range.start, $0.bank.node.position) < ($1.range.start, $1.bank.node.position) }
    // A bank is held against the one before it that reaches furthest.
    var furthest = sorted.first
    return sorted.dropFirst().compactMap { second -> Diagnostic? in
      guard let first = furthest else { return nil }
      if second.range.end > first.range.end { furthest = second }
      guard let shared = first.range.intersection(second.range) else { return nil }
      return .shared(
        shared,
        at: subject.label(second.bank, second.range.withSize),
        related: [subject.label(first.bank, first.range.withSize)]
      )
    }
  }
}

extension Subject {
  fileprivate func label(_ bank: MemoryBank, _ text: String) -> Label {
    label(bank.node, "reg", cells: bank.entry.cells, text)
  }
}

extension Diagnostic {
  fileprivate static func shared(
    _ range: PhysicalRange,
    at place: Label,
    related: [Label]
  ) -> Self {
    Diagnostic(
      MemoryBanksOverlap.id,
      .warning,
      "two banks of RAM share \(range)",
      at: place,
      related: related,
      notes: ["Linux joins them and says nothing: \(range.size.approximate) are counted twice"],
      help: "end the first bank at \(range.start), or start the second at \(range.end)"
    )
  }
}
