import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// A fixed region lies wholly or partly where no RAM is.
///
/// A CMA area there makes Linux touch pages that do not exist: it dies at boot. Any other region that
/// straddles the end of RAM is shorter than its driver thinks. One that lies outside as a whole, not far
/// above the end of RAM, was written for a board with more: a warning. Anything else is memory of its
/// own, such as on-chip RAM, or RAM that firmware adds: a note. Silent where the tree
/// states no RAM.
///
/// Bad: RAM `<0x40000000 0x40000000>` with `pool@7f000000 { reg = <0x7f000000 0x2000000>; };`
/// Good: `reg = <0x7e000000 0x2000000>`.
///
/// Source: `mm/cma.c: cma_activate_area`, `kernel/dma/coherent.c: dma_init_coherent_memory`.
enum RegionOutsideRAM: Rule {
  static let id: RuleID = "region-outside-ram"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored", "cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard variant.variant.hasMemory else { return [] }
      let memory = variant.variant.memory
      let fixed: [Diagnostic] = subject.fixedEntries.compactMap { entry in
        memory.contains(entry.range) ? nil : .outside(entry, subject, variant)
      }
      let stated: [Diagnostic] = variant.regions.compactMap { region in
        guard region.isTouched, let base = region.base,
          case let range = PhysicalRange(start: base, saturating: region.size),
          !memory.contains(range)
        else { return nil }
        return .outside(region, range, subject, variant)
      }
      return fixed + stated
    }
  }
}

extension Diagnostic {
  /// Whether a range outside RAM looks meant for a board with more RAM: one that a device names, where
  /// a board with a few times the RAM would have some, or any right above its end.
  ///
  /// Memory of its own, such as on-chip RAM, lies below or far away.
  private static func isNearlyRAM(
    _ entry: FixedEntry,
    _ memory: PhysicalRegionSet,
    _ subject: Subject
  ) -> Bool {
    guard let end = memory.end, entry.range.start >= end else { return false }
    let distance = entry.range.start.rawValue - end.rawValue
    let isNamed = subject.allReferrers[entry.region.node.position] != nil
    return isNamed ? distance / 4 < memory.size.rawValue : distance < memory.size.rawValue / 2
  }

  fileprivate static func outside(
    _ entry: FixedEntry,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let memory = variant.variant.memory
    let name = subject.name(of: entry.region)
    let inside = memory.intersection(entry.range)
    let isArea = entry.region.isSharedPool && entry.region.isReusable && !entry.region.isNoMap
    let isMissing = inside.isEmpty && isNearlyRAM(entry, memory, subject)
    let severity: Severity = isArea ? .error : inside.isEmpty && !isMissing ? .note : .warning
    let help: String? =
      switch (isArea, inside.largest) {
      case (_, let run?): "end it with RAM: \(run.withSize), are there"
      case (true, nil): "move it into \(memory.inWords)"
      case (false, nil): isMissing ? "move it into \(memory.inWords)" : nil
      }
    return Diagnostic(
      RegionOutsideRAM.id,
      severity,
      inside.isEmpty
        ? "region `\(name)` lies outside RAM"
        : "region `\(name)` lies partly outside RAM: "
          + "\((entry.range.size - inside.size).approximate) of it do not exist",
      at: subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize),
      related: subject.ramLabel(variant),
      notes: [
        isArea
          ? "Linux touches the pages of a CMA area at boot and dies where there are none"
          : isMissing
            ? "it begins not far above the end of RAM: was it written for a board with more?"
            : inside.isEmpty
              ? "right for memory of its own, such as on-chip RAM, or RAM that firmware adds"
              : "Linux reserves what there is and says nothing"
      ],
      help: help,
      variant: variant.variant.name
    )
  }

  fileprivate static func outside(
    _ region: ResolvedRegion,
    _ range: PhysicalRange,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let free = FreePlaces(variant, subject).nearest(to: range, alignment: region.alignment)
    return Diagnostic(
      RegionOutsideRAM.id,
      .error,
      "\(region.kind.isPool ? "pool" : "carve-out") `\(region.name)` lies outside RAM",
      at: subject.label(region, key: "base", range.withSize),
      related: subject.ramLabel(variant),
      help: free.map { "write `base: \($0)`, the nearest free place of that size" }
        ?? "make it smaller: no free place of \(region.size.approximate) is left",
      variant: variant.variant.name
    )
  }
}
