import Board
import DeviceTree
import Diagnostics

/// A device names several coherent pools, and can have one.
///
/// A second `of_reserved_mem_device_init_by_idx()` on the same device fails with -EBUSY. Drivers that
/// need two attach them to child devices (Exynos MFC), others attach the first and only look the rest up
/// (TI's remote processors): so this is a note.
///
/// Bad: `memory-region = <&left>, <&right>;`, both `no-map` pools, and a driver that attaches both to
/// the same device. Good: a child device for each, or one pool.
///
/// Source: `kernel/dma/coherent.c: dma_assign_coherent_memory`.
enum SecondCoherentPool: Rule {
  static let id: RuleID = "second-coherent-pool"
  static let severity = Severity.note
  static let requires: [RuleID] = ["reserved-memory-ignored", "reusable-and-no-map"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let coherent = subject.board.regions.filter { $0.isSharedPool && !$0.isReusable }
    guard coherent.count > 1 else { return [] }
    return subject.board.regionUsers.compactMap { user in
      let pools = user.targets.compactMap { target in
        coherent.first { $0.node == target.node }.map { (target: target, pool: $0) }
      }
      guard pools.count > 1 else { return nil }
      let second = pools[1].target.position
      return Diagnostic(
        id,
        .note,
        "`\(user.node.path)` names \(pools.count) coherent pools, and a device can have one: "
          + list(pools.map { subject.name(of: $0.pool) }),
        at: subject.label(user.node, "memory-region", cells: second..<second + 1, "a second one"),
        related: pools.map { subject.label($0.pool, "a coherent pool") },
        notes: [
          "attaching a second one to the same device fails with -EBUSY; right for a driver that uses "
            + "child devices, or only looks the others up"
        ]
      )
    }
  }
}
