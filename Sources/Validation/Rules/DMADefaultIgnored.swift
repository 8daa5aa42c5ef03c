import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot

/// `linux,dma-default` on a kernel that takes no notice of it.
///
/// Only kernels with `CONFIG_DMA_GLOBAL_POOL` (32-bit arm without MMU, a few architectures without
/// coherent caches) make the pool the one for all devices. Elsewhere it serves the devices that name
/// it, and no other. Silent on a tree of a Cortex-M.
///
/// Bad: `linux,dma-default;` on a Cortex-A board. Good: `linux,cma-default;` on a `reusable` pool.
///
/// Source: `kernel/dma/coherent.c: rmem_dma_setup`.
enum DMADefaultIgnored: Rule {
  static let id: RuleID = "dma-default-ignored"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored", "reusable-and-no-map"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let kernel = subject.variants.first?.target.kernel else { return [] }
    let microcontrollers: Set = ["arm,armv6m-nvic", "arm,armv7m-nvic", "arm,armv8m-nvic"]
    guard subject.board.nodesByCompatible(microcontrollers).isEmpty else { return [] }
    return subject.regions.filter { $0.isPool && $0.node.has("linux,dma-default") }.map { pool in
      let isUsed = subject.allReferrers[pool.node.position] != nil
      return Diagnostic(
        id,
        isUsed ? .note : .warning,
        "`linux,dma-default` of pool `\(subject.name(of: pool))` has no effect on "
          + kernel.architecture.rawValue,
        at: subject.label(pool.node, "linux,dma-default", "no pool for all devices"),
        notes: [
          isUsed
            ? "it serves the devices that name it" : "no device names it either: the memory is lost"
        ],
        help: isUsed
          ? "remove it"
          : "name the pool in `memory-region`, or make a `linux,cma-default` area of it"
      )
    }
  }
}
