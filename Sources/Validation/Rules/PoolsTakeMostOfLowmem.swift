import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// CMA areas take more than half of the memory that a 32-bit kernel maps.
///
/// Page tables, slab, `struct page`, bounce buffers and most driver buffers have to lie in lowmem and can
/// not use a CMA area. A board with more RAM is worse off, since the structures for highmem are in
/// lowmem too: it panics or kills processes while gigabytes are free. Only for boards with a good deal of
/// RAM above lowmem; `pool-takes-most-of-ram` speaks of the others.
///
/// Bad: `cma=512M` on a board with 8 GiB and 768 MiB of lowmem. Good: `cma=256M`.
///
/// Source: `arch/arm/mm/mmu.c: adjust_lowmem_bounds`, `mm/page_alloc.c: __rmqueue`, replayed.
enum PoolsTakeMostOfLowmem: Rule {
  static let id: RuleID = "pools-take-most-of-lowmem"
  static let severity = Severity.warning
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "boot-panics", "pool-takes-most-of-ram",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.compactMap { variant in
      guard variant.target.kernel.architecture == .arm, let map = variant.today?.map,
        let end = variant.variant.memory.end, map.lowMemoryEnd < end
      else { return nil }
      let low = variant.variant.memory.intersection(
        PhysicalRange(start: PhysicalAddress(0), end: map.lowMemoryEnd)
      )
      // With little above lowmem it is all RAM that counts, which another rule does.
      guard (variant.variant.memory.size - low.size).rawValue >= low.size.rawValue / 4 else {
        return nil
      }
      let areas = map.cma.filter(\.isActive)
      let taken = low.intersection(
        RegionSet(areas.map { PhysicalRange(start: $0.base, saturating: $0.size) })
      ).size
      guard taken.rawValue > low.size.rawValue / 2 else { return nil }
      let node = areas.compactMap(\.node).first.flatMap { path in
        subject.regions.first { $0.node.path == path }
      }
      return Diagnostic(
        id,
        .warning,
        "CMA areas take \(taken.approximate) of \(low.size.approximate) lowmem",
        at: node.map { subject.label($0, "in lowmem") }
          ?? subject.commandLineLabel(variant, "in lowmem"),
        related: subject.ramLabel(variant),
        notes: [
          "lowmem ends at \(map.lowMemoryEnd); \((low.size - taken).approximate) of it are left for "
            + "everything that can not move"
        ],
        help: "make them at most "
          + variant.target.kernel.cmaMinAlignment.down(ByteCount(low.size.rawValue / 2)).approximate
          + " together",
        variant: variant.variant.name
      )
    }
  }
}
