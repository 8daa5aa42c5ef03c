import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot

/// A shared pool says neither `reusable` nor `no-map`.
///
/// 32-bit arm refuses it: `Reserved memory: regions without no-map are not yet supported`, and its
/// memory is freed. Other architectures make a coherent pool on mapped memory, which mapping
/// again with other attributes may refuse.
///
/// Bad: `compatible = "shared-dma-pool";` alone. Good: with `no-map;` or `reusable;`.
///
/// Source: `kernel/dma/coherent.c: rmem_dma_setup`.
enum PoolWithoutFlag: Rule {
  static let id: RuleID = "pool-without-flag"
  static let severity = Severity.error
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "default-pool-not-reusable",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let isArm = subject.variants.first?.target.kernel.architecture == .arm
    return subject.regions.filter { $0.isSharedPool && !$0.isReusable && !$0.isNoMap }.map { pool in
      Diagnostic(
        id,
        isArm ? .error : .warning,
        "pool `\(subject.name(of: pool))` is neither `reusable` nor `no-map`",
        at: subject.label(pool.node, "compatible", "a pool of which kind?"),
        notes: [
          isArm
            ? "Linux says: `Reserved memory: regions without no-map are not yet supported`, and "
              + "frees the memory"
            : "Linux makes a coherent pool on memory that stays mapped as ordinary RAM"
        ],
        help: "add `no-map;` for a coherent pool or `reusable;` for a CMA area"
      )
    }
  }
}
