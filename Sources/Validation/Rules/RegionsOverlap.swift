import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Two regions, or a region and a `/memreserve/` entry, share bytes.
///
/// Two owners write to the same memory. Linux compares the first `reg` entries of neighbours and at
/// most logs `OF: reserved mem: OVERLAP DETECTED!`; a no-map region over something already reserved
/// is refused with `Reserved memory: failed to reserve memory for node 'NODE'` and stays mapped. A
/// CMA area over a carve-out lends out pages that firmware uses.
///
/// A note where both are no-map, no device names the bigger one and it covers others as a whole: a
/// hole that is described twice.
///
/// Bad: `tee@56000000 { reg = <0x56000000 0x2000000>; no-map; };` with
/// `dsp@57000000 { reg = <0x57000000 0x1000000>; no-map; };` Good: `dsp@58000000`.
///
/// Source: `drivers/of/of_reserved_mem.c: __rmem_check_for_overlap`, `drivers/of/fdt.c:
/// early_init_dt_reserve_memory`.
enum RegionsOverlap: Rule {
  static let id: RuleID = "regions-overlap"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored", "cells-do-not-divide"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    pairs(subject) + reservations(subject) + stated(subject)
  }

  private static func pairs(_ subject: Subject) -> [Diagnostic] {
    let entries = subject.fixedEntries
    return OverlapSweep.pairs(entries.map(\.range)).compactMap { first, second in
      guard let shared = entries[first].range.intersection(entries[second].range) else {
        return nil
      }
      return .overlap(entries[first], entries[second], shared, subject)
    }
  }

  private static func reservations(_ subject: Subject) -> [Diagnostic] {
    let reservations = subject.board.tree.memoryReservations
    guard !reservations.isEmpty else { return [] }
    return subject.fixedEntries.flatMap { entry in
      reservations.compactMap { reserved in
        let range = PhysicalRange(
          start: PhysicalAddress(reserved.address),
          saturating: ByteCount(reserved.size)
        )
        guard let shared = entry.range.intersection(range) else { return nil }
        // Mapped and reserved twice is what was wanted once.
        guard entry.region.isNoMap || entry.region.isReusable else { return nil }
        return .overReservation(entry, range, shared, subject)
      }
    }
  }

  /// Regions whose address a layer of policy fixes, against each other and against everything that
  /// the tree fixes.
  private static func stated(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      let stated = variant.regions.compactMap(StatedRegion.init)
      guard !stated.isEmpty else { return [] }
      let fixed = subject.fixedEntries
      let ranges = stated.map(\.range)
      let others = OverlapSweep.pairs(ranges).map { first, second in
        Diagnostic.statedOverStated(stated[first], stated[second], subject, variant)
      }
      let entries = OverlapSweep.pairs(ranges + fixed.map(\.range)) { first, second in
        let (low, high) = (min(first, second), max(first, second) - stated.count)
        guard low < stated.count, high >= 0 else { return false }
        return fixed[high].region.node != stated[low].region.node?.node
      }
      return others
        + entries.map { first, second in
          let (low, high) = (min(first, second), max(first, second) - stated.count)
          return .statedOverFixed(stated[low], fixed[high], subject, variant)
        }
    }
  }
}

/// A region whose address a layer of policy fixes, and where that is.
private struct StatedRegion {
  let region: ResolvedRegion
  let range: PhysicalRange

  init?(_ region: ResolvedRegion) {
    guard region.isTouched, let base = region.base,
      let range = PhysicalRange(start: base, size: region.size)
    else { return nil }
    self.region = region
    self.range = range
  }
}

extension Subject {
  /// Whether the entry covers all of another no-map region: then it says again what others say.
  fileprivate func describesHole(_ hole: FixedEntry) -> Bool {
    fixedEntries.contains {
      $0.region.node != hole.region.node && $0.region.isNoMap && hole.range.contains($0.range)
    }
  }

  /// Whether a node, available or not, names the region.
  fileprivate func isNamed(_ region: RegionNode) -> Bool {
    allReferrers[region.node.position] != nil
  }
}

extension Diagnostic {
  /// Two owners are worse than a hole that is described twice: the bigger one, which nobody names.
  private static func severity(
    _ first: FixedEntry,
    _ second: FixedEntry,
    _ subject: Subject
  ) -> Severity {
    let areas = first.region.isReusable || second.region.isReusable
    guard first.region.isNoMap && second.region.isNoMap else {
      return areas || first.region.isNoMap != second.region.isNoMap ? .error : .warning
    }
    let hole = first.range.size > second.range.size ? first : second
    return subject.isNamed(hole.region) || !subject.describesHole(hole) ? .warning : .note
  }

  fileprivate static func overlap(
    _ first: FixedEntry,
    _ second: FixedEntry,
    _ shared: PhysicalRange,
    _ subject: Subject
  ) -> Self {
    let severity = severity(first, second, subject)
    let names = (subject.name(of: first.region), subject.name(of: second.region))
    var notes: [String] = []
    if first.region.isReusable != second.region.isReusable {
      let pool = first.region.isReusable ? names.0 : names.1
      let other = first.region.isReusable ? names.1 : names.0
      notes.append("the CMA area `\(pool)` lends out pages that `\(other)` holds")
    }
    if severity == .note {
      notes.append("both are `no-map`, so the kernel keeps out either way; who owns it is unclear")
    }
    notes.append("Linux logs at most: `OF: reserved mem: OVERLAP DETECTED!`")
    return Diagnostic(
      RegionsOverlap.id,
      severity,
      "region `\(names.1)` lies on `\(names.0)`: they share \(shared.size.approximate)",
      at: subject.label(
        second.region.node,
        "reg",
        cells: second.entry.cells,
        second.range.withSize
      ),
      related: [
        subject.label(first.region.node, "reg", cells: first.entry.cells, first.range.withSize)
      ],
      notes: notes,
      help: second.range.end <= first.range.end
        ? "remove `\(names.1)`, or end `\(names.0)` at \(second.range.start)"
        : "end `\(names.0)` at \(second.range.start), or start `\(names.1)` at \(first.range.end)"
    )
  }

  fileprivate static func overReservation(
    _ entry: FixedEntry,
    _ reserved: PhysicalRange,
    _ shared: PhysicalRange,
    _ subject: Subject
  ) -> Self {
    let name = subject.name(of: entry.region)
    return Diagnostic(
      RegionsOverlap.id,
      .error,
      "region `\(name)` lies on a `/memreserve/` entry: they share \(shared.size.approximate)",
      at: subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize),
      related: [
        Label(
          .tree(TreeLocation(dtb: subject.board.file, path: "/memreserve/")),
          reserved.withSize
        )
      ],
      notes: [
        entry.region.isNoMap
          ? "Linux says: `Reserved memory: failed to reserve memory for node "
            + "'\(entry.region.node.name)'`, and the range stays mapped"
          : "the CMA area lends out pages that the boot loader reserved"
      ],
      help: "remove the `/memreserve/` entry, or start `\(name)` at \(reserved.end)"
    )
  }

  fileprivate static func statedOverFixed(
    _ stated: StatedRegion,
    _ entry: FixedEntry,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let region = stated.region
    let other = subject.name(of: entry.region)
    let free = FreePlaces(variant, subject).nearest(to: stated.range, alignment: region.alignment)
    return Diagnostic(
      RegionsOverlap.id,
      .error,
      "\(region.kind.isPool ? "pool" : "carve-out") `\(region.name)` lies on "
        + "`/reserved-memory/\(entry.region.node.name)`",
      at: subject.label(region, key: "base", "\(region.size.approximate) from here"),
      related: [
        subject.label(entry.region.node, "reg", cells: entry.entry.cells, entry.range.withSize)
      ],
      notes: ["`\(other)` is fixed by the tree"],
      help: free.map { "write `base: \($0)`, the nearest free place of that size" }
        ?? "make room: no free place of \(region.size.approximate) is left",
      variant: variant.variant.name
    )
  }

  fileprivate static func statedOverStated(
    _ one: StatedRegion,
    _ another: StatedRegion,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let (first, second) =
      one.region.name < another.region.name ? (one, another) : (another, one)
    return Diagnostic(
      RegionsOverlap.id,
      .error,
      "`\(second.region.name)` lies on `\(first.region.name)`",
      at: subject.label(second.region, key: "base", second.range.withSize),
      related: [subject.label(first.region, key: "base", first.range.withSize)],
      help: "leave out `base` of one of them, so that it is placed where there is room",
      variant: variant.variant.name
    )
  }
}
