import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot

/// A `restricted-dma-pool` that Linux does not use as one.
///
/// Its handler refuses a node with `reusable`, `no-map`, `linux,cma-default` or `linux,dma-default`.
/// A kernel without `CONFIG_DMA_RESTRICTED_POOL` makes a plain carve-out of it, so that the device is
/// not confined at all. A note for a device behind an IOMMU, for which the pool is not used.
///
/// Bad: `compatible = "restricted-dma-pool"; no-map;` Good: without `no-map`.
///
/// Source: `kernel/dma/swiotlb.c: rmem_swiotlb_setup`, `drivers/of/device.c:
/// of_dma_set_restricted_buffer`.
enum RestrictedPoolUnusable: Rule {
  static let id: RuleID = "restricted-pool-unusable"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let pools = subject.regions.filter(\.isRestrictedPool)
    guard !pools.isEmpty, let kernel = subject.variants.first?.target.kernel else { return [] }
    return pools.flatMap { pool -> [Diagnostic] in
      let flags = ["reusable", "no-map", "linux,cma-default", "linux,dma-default"]
        .filter(pool.node.has)
      if !flags.isEmpty { return [.refused(pool, flags, subject)] }
      // Only a `.config` that was given can tell that it is off.
      if !kernel.config.restrictedPool, !kernel.config.lines.isEmpty {
        return [.off(pool, subject)]
      }
      return subject.users(of: pool).compactMap { user in
        if case .behind(let iommu) = user.iommu {
          .translated(pool, user, iommu, subject)
        } else {
          nil
        }
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func refused(_ pool: RegionNode, _ flags: [String], _ subject: Subject) -> Self
  {
    Diagnostic(
      RestrictedPoolUnusable.id,
      .error,
      "restricted pool `\(subject.name(of: pool))` is refused because of \(list(flags))",
      at: subject.label(pool.node, flags[0], "not allowed here"),
      related: flags.dropFirst().map { subject.label(pool.node, $0, "nor this") },
      notes: [
        "Linux says: `OF: reserved mem: node \(pool.node.name) compatible matching fail`",
        "its devices are not confined to it",
      ],
      help: "remove \(list(flags))"
    )
  }

  fileprivate static func off(_ pool: RegionNode, _ subject: Subject) -> Self {
    Diagnostic(
      RestrictedPoolUnusable.id,
      .warning,
      "restricted pool `\(subject.name(of: pool))` is a plain carve-out for this kernel",
      at: subject.label(pool.node, "compatible", "no handler"),
      notes: ["the kernel configuration has no `CONFIG_DMA_RESTRICTED_POOL`, and nothing is said"],
      help: "set `CONFIG_DMA_RESTRICTED_POOL=y`"
    )
  }

  fileprivate static func translated(
    _ pool: RegionNode,
    _ user: Node,
    _ iommu: Node,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      RestrictedPoolUnusable.id,
      .note,
      "`\(user.path)` is behind an IOMMU, so restricted pool `\(subject.name(of: pool))` is not used",
      at: subject.label(user, "memory-region", "has no effect"),
      related: [subject.label(iommu, "translates for it")]
    )
  }
}
