import Board
import Diagnostics

/// A pool says `linux,cma-default` but not `reusable`.
///
/// Without `reusable` Linux makes a coherent pool of the node and takes no notice of
/// `linux,cma-default`; the default CMA area is another one, of the size that the configuration
/// says. Nothing is logged but `created DMA memory pool` where `created CMA memory pool` was meant.
///
/// Bad: `compatible = "shared-dma-pool"; linux,cma-default;` Good: the same with `reusable;`.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`.
enum DefaultPoolNotReusable: Rule {
  static let id: RuleID = "default-pool-not-reusable"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.filter { $0.isMarkedDefault && $0.isSharedPool && !$0.isReusable }
      .map { .coherent($0, subject) }
  }
}

extension Diagnostic {
  fileprivate static func coherent(_ region: RegionNode, _ subject: Subject) -> Self {
    Diagnostic(
      DefaultPoolNotReusable.id,
      .error,
      "pool `\(subject.name(of: region))` is no CMA area, so it can not be the default one",
      at: subject.label(region.node, "linux,cma-default", "has no effect without `reusable`"),
      related: region.isNoMap
        ? [subject.label(region.node, "no-map", "makes it a coherent pool")] : [],
      notes: [
        "Linux makes a coherent pool of it, and a default area of the configured size besides"
      ],
      help: region.isNoMap ? "write `reusable;` instead of `no-map;`" : "add `reusable;`"
    )
  }
}
