import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A fixed region begins or ends inside a page.
///
/// Linux maps and unmaps whole pages: of a no-map region it keeps out of the pages at both ends too,
/// and a coherent pool loses its last part or shares its first page with a neighbour.
///
/// Bad: `reg = <0x0 0x83401000 0x0 0x5eec00>;` Good: a size of `0x5ef000`.
///
/// Source: `kernel/dma/coherent.c: dma_init_coherent_memory`, `arch/arm64/mm/mmu.c: map_mem`.
enum RegionNotPageAligned: Rule {
  static let id: RuleID = "region-not-page-aligned"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "cells-do-not-divide", "cma-misaligned",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let page = subject.variants.first?.target.kernel.pageSize.alignment else { return [] }
    return subject.fixedEntries.compactMap { entry in
      page.divides(entry.range.start) && page.divides(entry.range.size)
        ? nil : .inside(entry, page, subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func inside(
    _ entry: FixedEntry,
    _ page: Alignment,
    _ subject: Subject
  ) -> Self {
    let base = page.down(entry.range.start)
    let end = page.up(entry.range.end) ?? entry.range.end
    let fault = page.divides(entry.range.start) ? "ends" : "begins"
    return Diagnostic(
      RegionNotPageAligned.id,
      entry.region.isPool ? .warning : .note,
      "region `\(subject.name(of: entry.region))` \(fault) inside a page of \(page)",
      at: subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize),
      notes: [
        entry.region.isPool
          ? "Linux cuts the pool to whole pages from the page that it begins in"
          : "Linux keeps out of the whole pages at its ends"
      ],
      help: "make it \(base)..<\(end): size "
        + ByteCount(end.rawValue - base.rawValue).hexadecimal
    )
  }
}
