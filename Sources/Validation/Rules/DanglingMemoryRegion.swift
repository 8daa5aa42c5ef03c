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
    // Users of one wrong target are one finding, whose place is the first of them.
    var wrong: [(phandle: UInt32, node: Node?, users: [Use])] = []
    var place: [UInt32: Int] = [:]
    for user in subject.board.regionUsers {
      for target in user.targets {
        if let node = target.node, node.parent == container, container != nil, node.isAvailable {
          continue
        }
        let use = Use(user: user, target: target)
        if let known = place[target.phandle] {
          wrong[known].users.append(use)
        } else {
          place[target.phandle] = wrong.count
          wrong.append((target.phandle, target.node, [use]))
        }
      }
    }
    return wrong.map { _, node, uses in
      guard let node else { return .nowhere(uses, subject) }
      return node.parent != container || container == nil
        ? .foreign(uses, node, subject) : .disabled(uses, node, subject)
    }
  }

  /// An entry of a `memory-region` list.
  fileprivate struct Use {
    let user: RegionUser
    let target: RegionUser.Target

    func label(_ text: String, _ subject: Subject) -> Label {
      subject.label(
        user.node,
        "memory-region",
        cells: target.position..<target.position + 1,
        text
      )
    }
  }
}

extension Diagnostic {
  /// `memory-region` of whom.
  private static func owners(_ uses: [DanglingMemoryRegion.Use]) -> String {
    "`memory-region` of " + list(uses.map(\.user.node.path))
  }

  private static func others(
    _ uses: [DanglingMemoryRegion.Use],
    _ text: String,
    _ subject: Subject
  ) -> [Label] {
    uses.dropFirst().map { $0.label(text, subject) }
  }

  fileprivate static func nowhere(_ uses: [DanglingMemoryRegion.Use], _ subject: Subject) -> Self {
    let phandle = "0x" + String(uses[0].target.phandle, radix: 16)
    let text = "no node has this phandle"
    return Diagnostic(
      DanglingMemoryRegion.id,
      .error,
      "\(owners(uses)) points nowhere: no node has phandle \(phandle)",
      at: uses[0].label(text, subject),
      related: others(uses, text, subject)
        + (subject.container.map {
          [subject.label($0, "has \(count(subject.board.regions.count, "region"))")]
        } ?? []),
      notes: ["the driver's probe fails with -ENODEV"],
      help: "name the phandle of a child of `/reserved-memory`, or remove the entry"
    )
  }

  fileprivate static func foreign(
    _ uses: [DanglingMemoryRegion.Use],
    _ node: Node,
    _ subject: Subject
  ) -> Self {
    let text = "the phandle of `\(node.path)`"
    return Diagnostic(
      DanglingMemoryRegion.id,
      .error,
      "\(owners(uses)) names `\(node.path)`, which is no reserved region",
      at: uses[0].label(text, subject),
      related: others(uses, text, subject)
        + [subject.label(node, "not a child of `/reserved-memory`")],
      notes: ["attaching it fails with -EINVAL"],
      help: "name a child of `/reserved-memory`"
    )
  }

  fileprivate static func disabled(
    _ uses: [DanglingMemoryRegion.Use],
    _ node: Node,
    _ subject: Subject
  ) -> Self {
    let text = "a disabled region"
    return Diagnostic(
      DanglingMemoryRegion.id,
      .warning,
      "\(owners(uses)) names the disabled region `\(node.name)`",
      at: uses[0].label(text, subject),
      related: others(uses, text, subject) + [subject.label(node, "status", "disabled here")],
      notes: ["attaching it succeeds and does nothing: the device allocates from the default area"],
      help: "enable the region, or remove it from `memory-region`"
    )
  }
}
