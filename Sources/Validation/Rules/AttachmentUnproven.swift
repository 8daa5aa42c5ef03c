import Board
import DeviceTree
import Diagnostics
import Layout
import Policy

/// A device names a pool in `memory-region`, but nobody has shown that its driver attaches it.
///
/// For `shared-dma-pool` nothing happens unless the driver calls `of_reserved_mem_device_init()`: the
/// device allocates from the default area, and the pool lies idle. The catalogue in the built-in
/// layers says of which drivers it is known that they attach.
///
/// A note for a node without `compatible`, which no driver binds to: the driver of the node above reads
/// it.
///
/// Bad: `memory-region = <&pool>;` at a device whose driver never looks. Good: a driver that
/// attaches, and `attach: driver` for its device in policy.
///
/// Source: `drivers/of/of_reserved_mem.c: of_reserved_mem_device_init_by_idx` and its callers.
enum AttachmentUnproven: Rule {
  static let id: RuleID = "attachment-unproven"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored", "dangling-memory-region"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.layers.isEmpty else { return [] }
    let pools = subject.board.regions.filter(\.isSharedPool)
    guard !pools.isEmpty, !subject.board.regionUsers.isEmpty else { return [] }
    let proven = subject.attachedNodes
    // Nodes with the same driver are one finding.
    var drivers: [(compatible: String?, uses: [Use])] = []
    for user in subject.board.regionUsers {
      guard !proven.contains(user.node.position),
        user.node.has("compatible") || !proven.contains(user.node.parent?.position ?? -1),
        let target = user.targets.first(where: { target in
          pools.contains { $0.node == target.node }
        }), let pool = pools.first(where: { $0.node == target.node })
      else { continue }
      let use = Use(user: user, target: target, pool: pool)
      let compatible = user.node.compatible.first
      if compatible != nil, let known = drivers.firstIndex(where: { $0.compatible == compatible }) {
        drivers[known].uses.append(use)
      } else {
        drivers.append((compatible, [use]))
      }
    }
    return drivers.map { .unproven($0.uses, compatible: $0.compatible, subject) }
  }

  /// A device that names a pool.
  fileprivate struct Use {
    let user: RegionUser
    let target: RegionUser.Target
    let pool: RegionNode

    func labels(_ subject: Subject) -> (user: Label, pool: Label) {
      (
        subject.label(
          user.node,
          "memory-region",
          cells: target.position..<target.position + 1,
          "names `\(subject.name(of: pool))`"
        ), subject.label(pool, pool.isReusable ? "a CMA area" : "a coherent pool")
      )
    }
  }
}

extension Diagnostic {
  fileprivate static func unproven(
    _ uses: [AttachmentUnproven.Use],
    compatible: String?,
    _ subject: Subject
  ) -> Self {
    let first = uses[0]
    let others = uses.dropFirst().map { $0.labels(subject) }
    let devices = list(uses.map(\.user.node.path))
    var pools: [String] = []
    for use in uses where !pools.contains(subject.name(of: use.pool)) {
      pools.append(subject.name(of: use.pool))
    }
    return Diagnostic(
      AttachmentUnproven.id,
      compatible == nil ? .note : .warning,
      "nothing shows that the driver of \(devices) attaches pool \(list(pools))",
      at: first.labels(subject).user,
      related: [first.labels(subject).pool]
        + (compatible.map { _ in
          [subject.label(first.user.node, "compatible", "no layer says `attach` for it")]
        } ?? []) + others.flatMap { [$0.user, $0.pool] },
      notes: [
        "a driver has to ask: without `of_reserved_mem_device_init()` the device allocates from "
          + "the default area"
      ],
      help: "look for the call in the driver, then say so: `attach: driver` for a device that "
        + "matches " + (compatible.map { "`\($0)`" } ?? "`\(first.user.node.path)`")
    )
  }
}
