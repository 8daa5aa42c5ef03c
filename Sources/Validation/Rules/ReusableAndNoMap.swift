import Board
import DeviceTree
import Diagnostics

/// A shared pool is both `reusable` and `no-map`.
///
/// The kernel can not lend out pages that it must not map. Both handlers of `shared-dma-pool` refuse
/// the node with `OF: reserved mem: node NODE compatible matching fail`; a fixed one becomes
/// ordinary memory, a dynamic one is lost.
///
/// Bad: `compatible = "shared-dma-pool"; reusable; no-map;` Good: one of the two: `reusable` for a
/// CMA area, `no-map` for a coherent pool.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`, `kernel/dma/coherent.c: rmem_dma_setup`.
enum ReusableAndNoMap: Rule {
  static let id: RuleID = "reusable-and-no-map"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.filter { $0.isReusable && $0.isNoMap && $0.isSharedPool }
      .map { .both($0, subject) }
  }
}

extension Diagnostic {
  fileprivate static func both(_ region: RegionNode, _ subject: Subject) -> Self {
    Diagnostic(
      ReusableAndNoMap.id,
      .error,
      "pool `\(subject.name(of: region))` cannot be both `no-map` and `reusable`",
      at: subject.label(region.node, "reusable", "the kernel may lend its pages out"),
      related: [subject.label(region.node, "no-map", "the kernel must not map it")],
      notes: [
        "a `shared-dma-pool` with `reusable` is a CMA area, without it a coherent pool",
        "Linux says: `OF: reserved mem: node \(region.node.name) compatible matching fail`",
      ],
      help: subject.users(of: region).count > 1 || region.isMarkedDefault
        ? "remove `no-map`, if its users share it as a CMA area"
        : "keep one of the two: `reusable` to share the memory, `no-map` to keep the kernel out"
    )
  }
}
