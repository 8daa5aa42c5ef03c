import Board
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// A CMA pool is more than half of RAM.
///
/// Only movable pages may be lent out of a CMA area. What the kernel itself needs, page tables, slab,
/// firmware and driver buffers, has to live in the rest, and runs out while free memory is shown.
///
/// `rules: {pool-takes-most-of-ram: {threshold: 70%}}` allows more.
///
/// Bad: a pool of 640 MiB on a board with 1 GiB. Good: 384 MiB.
///
/// Source: `mm/page_alloc.c: __rmqueue`, `mm/cma.c`.
enum PoolTakesMostOfRAM: Rule {
  static let id: RuleID = "pool-takes-most-of-ram"
  static let severity = Severity.warning
  static let hasThreshold = true
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-unplaceable", "region-outside-ram", "cma-misaligned",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter(\.isPool)
    guard !pools.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      let ram = variant.variant.memory.size
      guard variant.variant.hasMemory else { return [] }
      let most =
        RuleSettings.threshold(of: id, in: variant)?.bytes(ram: ram)
        ?? ByteCount(ram.rawValue / 2)
      return pools.compactMap { pool in
        guard let size = pool.statedSize, size > most, size < ram else {
          return nil
        }
        return .most(pool, size, ram, most: most, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func most(
    _ pool: RegionNode,
    _ size: ByteCount,
    _ ram: ByteCount,
    most: ByteCount,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let half = variant.target.kernel.cmaMinAlignment.down(most)
    return Diagnostic(
      PoolTakesMostOfRAM.id,
      .warning,
      "pool `\(subject.name(of: pool))` takes \(size.approximate) of \(ram.approximate) RAM",
      at: subject.label(pool, size.approximate),
      related: subject.ramLabel(variant),
      notes: [
        pool.isReusable
          ? "\((ram - size).approximate) are left for everything that can not move: page tables, "
            + "slab, pinned pages"
          : "\((ram - size).approximate) are left for everything else"
      ],
      help: "make it at most \(half.approximate)",
      variant: variant.variant.name
    )
  }
}
