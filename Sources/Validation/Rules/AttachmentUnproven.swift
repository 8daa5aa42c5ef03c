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
    return subject.board.regionUsers.compactMap { user in
      guard !proven.contains(user.node.position),
        user.node.has("compatible") || !proven.contains(user.node.parent?.position ?? -1),
        let target = user.targets.first(where: { target in
          pools.contains { $0.node == target.node }
        }), let pool = pools.first(where: { $0.node == target.node })
      else { return nil }
      return .unproven(user, target, pool, subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func unproven(
    _ user: RegionUser,
    _ target: RegionUser.Target,
    _ pool: RegionNode,
    _ subject: Subject
  ) -> Self {
    let name = subject.name(of: pool)
    let compatible = user.node.compatible.first
    return Diagnostic(
      AttachmentUnproven.id,
      compatible == nil ? .note : .warning,
      "nothing shows that the driver of `\(user.node.path)` attaches pool `\(name)`",
      at: subject.label(
        user.node,
        "memory-region",
        cells: target.position..<target.position + 1,
        "names `\(name)`"
      ),
      related: [subject.label(pool, pool.isReusable ? "a CMA area" : "a coherent pool")]
        + (compatible.map { _ in
          [subject.label(user.node, "compatible", "no layer says `attach` for it")]
        } ?? []),
      notes: [
        "a driver has to ask: without `of_reserved_mem_device_init()` the device allocates from "
          + "the default area"
      ],
      help: "look for the call in the driver, then say so: `attach: driver` for a device that "
        + "matches " + (compatible.map { "`\($0)`" } ?? "`\(user.node.path)`")
    )
  }
}
