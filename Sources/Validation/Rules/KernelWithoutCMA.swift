import Board
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// Tree or policy has CMA pools, and the kernel is built without CMA for devices.
///
/// Without `CONFIG_DMA_CMA` no handler takes a `reusable` pool: a fixed one becomes ordinary memory, and
/// devices get no buffer bigger than a page block.
///
/// Bad: `--kernel-config` with `# CONFIG_DMA_CMA is not set` and a `linux,cma` node. Good:
/// `CONFIG_DMA_CMA=y`.
///
/// Source: `kernel/dma/contiguous.c`, `kernel/dma/Kconfig`.
enum KernelWithoutCMA: Rule {
  static let id: RuleID = "kernel-without-cma"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored", "reusable-and-no-map"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kernel = subject.variants.first?.target.kernel,
      !(kernel.config.cma && kernel.config.dmaCMA)
    else { return [] }
    let pools = pools(of: subject)
    guard let first = pools.first else { return [] }
    let symbol = kernel.config.cma ? "CONFIG_DMA_CMA" : "CONFIG_CMA"
    return [
      Diagnostic(
        id,
        .error,
        "the kernel has no `\(symbol)`: nothing takes \(list(pools.map(\.name)))",
        at: first.label,
        related: pools.dropFirst().map(\.label),
        notes: [
          "a fixed pool becomes ordinary memory, and its users allocate from the page allocator"
        ],
        help: "set `CONFIG_CMA=y` and `CONFIG_DMA_CMA=y`"
      )
    ]
  }
  /// The pools of the tree, and those that policy adds.
  private static func pools(of subject: Subject) -> [(name: String, label: Label)] {
    let ofTree = subject.regions.filter { $0.isSharedPool && $0.isReusable && !$0.isNoMap }
    let added = subject.variants.first?.regions.filter { $0.node == nil && $0.kind == .cma } ?? []
    return ofTree.map { (subject.name(of: $0), subject.label($0, "no CMA area")) }
      + added.map { ($0.name, subject.label($0, key: "size", "no CMA area")) }
  }
}
