import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory

/// Carve-outs that devices name stay mapped as ordinary RAM: they have no `no-map`.
///
/// A driver that maps one uncached is refused: `ioremap` of RAM warns and fails on arm and arm64, and
/// `memremap` gives the cached mapping that is already there. Right for drivers that use the memory as
/// the kernel does. One note for a board.
///
/// Bad: `firmware@50000000 { reg = <...>; };` for a remote processor whose driver calls `ioremap_wc`.
/// Good: the same with `no-map;`.
///
/// Source: `arch/arm/mm/ioremap.c: __arm_ioremap_pfn_caller`, `arch/arm64/mm/ioremap.c`,
/// `kernel/iomem.c: memremap`.
enum CarveoutMapped: Rule {
  static let id: RuleID = "carveout-mapped"
  static let severity = Severity.note
  static let requires: [RuleID] = ["reserved-memory-ignored", "region-outside-ram"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let memory = subject.variants.first(where: \.variant.hasMemory)?.variant.memory else {
      return []
    }
    let mapped = subject.regions.filter { region in
      !region.isNoMap && !region.isReusable && !region.node.has("compatible")
        && region.fixedRanges.contains { memory.overlaps($0) }
        && subject.usersOfRegion[region.node.position] != nil
    }
    guard let first = mapped.first else { return [] }
    let users = mapped.flatMap { subject.users(of: $0) }
    return [
      Diagnostic(
        id,
        .note,
        "\(count(mapped.count, "carve-out")) that devices name stay mapped as RAM: "
          + list(mapped.map(subject.name(of:))),
        at: subject.label(first, "no `no-map`"),
        related: mapped.dropFirst().map { subject.label($0, "no `no-map`") }
          + users.prefix(4).map { subject.label($0, "memory-region", "uses it") },
        notes: ["a driver that maps it uncached is refused: `ioremap` of RAM"]
      )
    ]
  }
}
