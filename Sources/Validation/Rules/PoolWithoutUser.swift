import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// No device names a pool in `memory-region`.
///
/// A coherent pool that no device names is memory lost; a CMA area lends its pages out meanwhile.
/// Overlays may bring the users, so this is a note. The default area needs no names.
///
/// Bad: a `shared-dma-pool` that no `memory-region` names. Good: `memory-region = <&pool>;` at its
/// device, or no pool.
///
/// Source: `drivers/of/of_reserved_mem.c: of_reserved_mem_device_init_by_idx`.
enum PoolWithoutUser: Rule {
  static let id: RuleID = "pool-without-user"
  static let severity = Severity.note
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "region-unplaceable", "cma-misaligned", "reusable-and-no-map",
    "default-pool-not-reusable", "region-outside-ram",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter { region in
      region.isPool && !region.isMarkedDefault
        && subject.allReferrers[region.node.position] == nil
        && region.node.property("linux,dma-default") == nil
    }
    guard !pools.isEmpty else { return [] }
    let used = Set(
      subject.variants.flatMap {
        subject.stated(in: $0).devices.flatMap { $0.pools?.map(\.value) ?? [] }
      }
    )
    return pools.filter { !used.contains(subject.name(of: $0)) }.map { .unused($0, subject) }
  }
}

extension Diagnostic {
  fileprivate static func unused(_ pool: RegionNode, _ subject: Subject) -> Self {
    Diagnostic(
      PoolWithoutUser.id,
      .note,
      "no device uses pool `\(subject.name(of: pool))`",
      at: subject.label(
        pool,
        pool.statedSize.map { "\($0.approximate) that no `memory-region` names" }
          ?? "no `memory-region` names it"
      ),
      notes: [
        pool.isReusable
          ? "movable pages may use it meanwhile" : "nothing else can use the memory meanwhile"
      ]
    )
  }
}
