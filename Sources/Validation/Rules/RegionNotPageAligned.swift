import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A region begins or ends inside a page.
///
/// Linux maps and unmaps whole pages: of a no-map region it keeps out of the pages at both ends too,
/// and a coherent pool loses its last part or shares its first page with a neighbour. A dynamic region
/// without `alignment` is aligned to cache lines alone. Of `/memreserve/` a note.
///
/// Bad: `reg = <0x0 0x83401000 0x0 0x5eec00>;` Good: a size of `0x5ef000`.
///
/// Source: `kernel/dma/coherent.c: dma_init_coherent_memory`, `arch/arm64/mm/mmu.c: map_mem`.
enum RegionNotPageAligned: Rule {
  static let id: RuleID = "region-not-page-aligned"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "cells-do-not-divide", "cma-misaligned",
    "alignment-not-power-of-two",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let page = subject.variants.first?.target.kernel.pageSize.alignment else { return [] }
    let fixed: [Diagnostic] = subject.fixedEntries.compactMap { entry in
      page.divides(entry.range.start) && page.divides(entry.range.size)
        ? nil : .inside(entry, page, subject)
    }
    return fixed + placed(page, subject) + reservations(page, subject)
  }

  /// Dynamic regions: without `alignment` Linux aligns a coherent pool to cache lines alone.
  private static func placed(_ page: Alignment, _ subject: Subject) -> [Diagnostic] {
    guard subject.regions.contains(where: \.isDynamic) else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      (variant.today?.map.regions ?? []).compactMap { found in
        guard found.isDynamic, found.size > .zero, found.outcome == .placed,
          !(page.divides(found.base) && page.divides(found.size)),
          let region = subject.region(found)
        else { return nil }
        return .placedInside(region, found.range, page, subject, variant)
      }
    }
  }

  private static func reservations(_ page: Alignment, _ subject: Subject) -> [Diagnostic] {
    subject.board.tree.memoryReservations.compactMap { reserved in
      let range = PhysicalRange(
        start: PhysicalAddress(reserved.address),
        saturating: ByteCount(reserved.size)
      )
      // The tree itself stands in the list with the size that it has.
      guard !page.divides(range.start) else { return nil }
      return Diagnostic(
        id,
        .note,
        "a `/memreserve/` entry begins inside a page of \(page)",
        at: Label(
          .tree(TreeLocation(dtb: subject.board.file, path: "/memreserve/")),
          range.withSize
        ),
        notes: ["Linux keeps out of the whole pages at its ends"],
        help: "begin it at \(page.down(range.start))"
      )
    }
  }
}

extension Diagnostic {
  fileprivate static func placedInside(
    _ region: RegionNode,
    _ range: PhysicalRange,
    _ page: Alignment,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let isSizeWhole = page.divides(range.size)
    let size = page.up(range.size).map { "size of \($0.hexadecimal)" }
    return Diagnostic(
      RegionNotPageAligned.id,
      region.isPool ? .warning : .note,
      "Linux places region `\(subject.name(of: region))` inside pages of \(page)",
      at: subject.label(region.node, "size", range.withSize),
      notes: [
        "without `alignment` a region is aligned to cache lines alone, and its size is not rounded",
        region.isPool
          ? "the pool begins in the middle of a page that has another owner"
          : "Linux keeps out of the whole pages at its ends",
      ],
      help: "write "
        + [isSizeWhole ? nil : size, "`alignment` of \(page)"].compactMap(\.self)
        .joined(separator: " and "),
      variant: variant.variant.name
    )
  }

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
