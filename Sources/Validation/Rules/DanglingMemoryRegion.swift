import Board
import DeviceTree
import Diagnostics

/// A `memory-region` names a node that Linux will not find.
///
/// A phandle that no node has makes the driver's probe fail with -ENODEV, one of a node outside
/// `/reserved-memory` with -EINVAL. A disabled region is worse: attaching succeeds and does nothing,
/// so the device allocates elsewhere.
///
/// Bad: `memory-region = <0x99>;` with no node of that phandle. Good: `memory-region = <&pool>;`.
///
/// Source: `drivers/of/of_reserved_mem.c: of_reserved_mem_device_init_by_idx`.
enum DanglingMemoryRegion: Rule {
  static let id: RuleID = "dangling-memory-region"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let container = subject.container
    return subject.board.regionUsers.flatMap { user in
      user.targets.compactMap { target -> Diagnostic? in
        guard let node = target.node else { return .nowhere(user, target, subject) }
        if node.parent != container || container == nil {
          return .foreign(user, target, node, subject)
        }
        return node.isAvailable ? nil : .disabled(user, target, node, subject)
      }
    }
  }
}

extension Diagnostic {
  private static func label(
    _ user: RegionUser,
    _ target: RegionUser.Target,
    _ text: String,
    _ subject: Subject
  ) -> Label {
    subject.label(
      user.node,
      "memory-region",
      cells: target.position..<target.position + 1,
      text
    )
  }

  fileprivate static func nowhere(
    _ user: RegionUser,
    _ target: RegionUser.Target,
    _ subject: Subject
  ) -> Self {
    let phandle = "0x" + String(target.phandle, radix: 16)
    return Diagnostic(
      DanglingMemoryRegion.id,
      .error,
      "`memory-region` of `\(user.node.path)` points nowhere: no node has phandle \(phandle)",
      at: label(user, target, "no node has this phandle", subject),
      related: subject.container.map {
        [subject.label($0, "has \(count(subject.board.regions.count, "region"))")]
      } ?? [],
      notes: ["the driver's probe fails with -ENODEV"],
      help: "name the phandle of a child of `/reserved-memory`, or remove the entry"
    )
  }

  fileprivate static func foreign(
    _ user: RegionUser,
    _ target: RegionUser.Target,
    _ node: Node,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      DanglingMemoryRegion.id,
      .error,
      "`memory-region` of `\(user.node.path)` names `\(node.path)`, which is no reserved region",
      at: label(user, target, "the phandle of `\(node.path)`", subject),
      related: [subject.label(node, "not a child of `/reserved-memory`")],
      notes: ["attaching it fails with -EINVAL"],
      help: "name a child of `/reserved-memory`"
    )
  }

  fileprivate static func disabled(
    _ user: RegionUser,
    _ target: RegionUser.Target,
    _ node: Node,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      DanglingMemoryRegion.id,
      .warning,
      "`memory-region` of `\(user.node.path)` names the disabled region `\(node.name)`",
      at: label(user, target, "a disabled region", subject),
      related: [subject.label(node, "status", "disabled here")],
      notes: ["attaching it succeeds and does nothing: the device allocates from the default area"],
      help: "enable the region, or remove it from `memory-region`"
    )
  }
}
