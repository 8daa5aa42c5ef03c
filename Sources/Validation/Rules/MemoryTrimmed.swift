import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// Linux does not use all of the RAM that is stated.
///
/// Entries of memory nodes are cut to whole pages; what lies below the kernel (riscv before 6.4), below
/// PHYS_OFFSET or past 32 bits (arm), or past the linear map is left out: `Ignoring memory block` or
/// `Ignoring memory range`. A note: the rest of the board is checked with what is left.
///
/// Bad: `reg = <0x0 0x40000000 0x0 0x3ffff800>;` Good: a size of whole pages.
///
/// Source: `drivers/of/fdt.c: early_init_dt_add_memory_arch`, replayed.
enum MemoryTrimmed: Rule {
  static let id: RuleID = "memory-trimmed"
  static let severity = Severity.note
  static let requires: [RuleID] = ["cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant in
      [cut(subject, variant), said(subject, variant)].compactMap(\.self)
    }
  }

  /// Entries that begin or end inside a page, of which nothing is said.
  private static func cut(_ subject: Subject, _ variant: CompiledVariant) -> Diagnostic? {
    guard variant.variant.ram == nil else { return nil }
    let page = variant.target.kernel.pageSize.alignment
    let bank = subject.memoryBanks.first { bank in
      bank.range.map { !page.divides($0.start) || !page.divides($0.size) } ?? false
    }
    guard let bank, let range = bank.range else { return nil }
    return Diagnostic(
      id,
      .note,
      "a bank of RAM is not made of whole pages of \(page)",
      at: subject.label(bank.node, "reg", cells: bank.entry.cells, range.withSize),
      notes: ["Linux leaves the pages at its ends out and says nothing"],
      help: "write \(page.up(range.start) ?? range.start)..<\(page.down(range.end))",
      variant: variant.variant.name
    )
  }

  private static func said(_ subject: Subject, _ variant: CompiledVariant) -> Diagnostic? {
    let lines = subject.bootMessages(
      variant,
      beginning: "Ignoring memory",
      "Ignoring RAM",
      "Truncating memory",
      "Memory doesn't fit in the linear mapping"
    )
    guard let first = lines.first, let place = subject.ramLabel(variant).first else { return nil }
    return Diagnostic(
      id,
      .note,
      "Linux leaves out some of the RAM that is stated",
      at: place,
      notes: ["Linux says: `\(first)`"]
        + (lines.count > 1 ? ["and \(count(lines.count - 1, "line")) like it"] : []),
      variant: variant.variant.name
    )
  }
}
