import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory

/// A dynamic region's `alloc-ranges` reach past the end of RAM.
///
/// Harmless where the window is sized for bigger variants of the board; a sign of a size that was
/// meant as an end where it was to keep the region low. Silent where no RAM is stated.
///
/// Bad: `alloc-ranges = <0x40000000 0x78000000>;`, meant to end at `0x78000000`, on a board whose RAM
/// ends at `0x80000000`. Good: `alloc-ranges = <0x40000000 0x38000000>;`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`.
enum WindowExceedsRAM: Rule {
  static let id: RuleID = "window-exceeds-ram"
  static let severity = Severity.note
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "size-malformed", "cells-do-not-divide", "region-unplaceable",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let stated = subject.regions.filter { $0.windows?.isEmpty == false }
    guard !stated.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      guard let end = variant.variant.memory.end else { return [] }
      return stated.compactMap { region in
        let beyond = region.windows?.first { window in
          PhysicalAddress(window.address).addingSaturating(ByteCount(window.size)) > end
        }
        return beyond.map { .beyond(region, $0, end, subject, variant) }
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func beyond(
    _ region: RegionNode,
    _ window: RegEntry,
    _ end: PhysicalAddress,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let range = PhysicalRange(
      start: PhysicalAddress(window.address),
      saturating: ByteCount(window.size)
    )
    let meant =
      window.size > window.address && PhysicalAddress(window.size) <= end
      ? "; \(PhysicalAddress(window.size)) would be an end inside RAM, but it is the size" : ""
    return Diagnostic(
      WindowExceedsRAM.id,
      .note,
      "the window of region `\(subject.name(of: region))` reaches past RAM, which ends at \(end)",
      at: subject.label(region.node, "alloc-ranges", cells: window.cells, range.withSize),
      related: subject.ramLabel(variant),
      notes: ["right if it is sized for bigger variants of the board" + meant],
      variant: variant.variant.name
    )
  }
}
