import Board
import DeviceTree
import Diagnostics
import Layout

/// A device behind an IOMMU has a coherent pool of its own.
///
/// The pool wins over the IOMMU: the device is given the pool's physical address, which nobody maps in
/// the IOMMU, so that its accesses fault or land elsewhere. A note where the catalogue knows the
/// driver, or where IOMMUs are off or pass addresses through.
///
/// Bad: `iommus = <&smmu 1>; memory-region = <&pool>;` with a `no-map` pool. Good: one of the two, or a
/// `reusable` pool.
///
/// Source: `kernel/dma/mapping.c: dma_alloc_attrs`, `kernel/dma/coherent.c:
/// dma_alloc_from_dev_coherent`.
enum CoherentPoolBehindIOMMU: Rule {
  static let id: RuleID = "coherent-pool-behind-iommu"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored", "reusable-and-no-map"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let variant = subject.variants.first, !subject.board.regionUsers.isEmpty else {
      return []
    }
    let coherent = subject.board.regions.filter { $0.isSharedPool && !$0.isReusable }
    guard !coherent.isEmpty else { return [] }
    return subject.board.regionUsers.compactMap { user in
      guard case .behind(let iommu) = user.node.iommu,
        let target = user.targets.first(where: { target in
          coherent.contains { $0.node == target.node }
        }), let pool = coherent.first(where: { $0.node == target.node })
      else { return nil }
      let isKnown =
        subject.attachedNodes.contains(user.node.position) || variant.target.iommu != "on"
      return Diagnostic(
        id,
        isKnown ? .note : .warning,
        "`\(user.node.path)` is behind an IOMMU and has coherent pool `\(subject.name(of: pool))`",
        at: subject.label(
          user.node,
          "memory-region",
          cells: target.position..<target.position + 1,
          "wins over the IOMMU, if the driver attaches it"
        ),
        related: [
          subject.label(user.node, "iommus", "translates its addresses"),
          subject.label(iommu, "the IOMMU"), subject.label(pool, "its physical addresses"),
        ],
        notes: ["the device is given physical addresses that nobody maps in the IOMMU"],
        help: isKnown ? nil : "make the pool `reusable`, or leave out one of the two"
      )
    }
  }
}
