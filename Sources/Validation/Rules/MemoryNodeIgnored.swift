import Board
import DeviceTree
import Diagnostics

/// A memory node that Linux does not take for memory: no `device_type = "memory"`, or not a child of
/// the root.
///
/// The RAM is missing, and nothing is logged. A note for one that is disabled.
///
/// Bad: `memory@80000000 { reg = <0x80000000 0x40000000>; };` Good: the same with
/// `device_type = "memory";`.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_memory`.
enum MemoryNodeIgnored: Rule {
  static let id: RuleID = "memory-node-ignored"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    nested(subject)
      + subject.rootChildren.compactMap { name, node in
        if name.hasPrefix("memory"), !node.isAvailable { return disabled(node, subject) }
        guard name.hasPrefix("memory"), node.isAvailable, let reg = node.property("reg"),
          reg.count > 0,
          node.baseName == "memory", node.property("device_type")?.string != "memory",
          !node.has("compatible")
        else { return nil }
        return .ignored(node, reg, subject)
      }
  }

  private static func nested(_ subject: Subject) -> [Diagnostic] {
    subject.nodesOfTypeMemory.filter { node in
      (node.parent?.position ?? 0) > 0
        && (node.property("reg")?.count ?? 0) > 0 && node.isReachable
    }
    .map { node in
      Diagnostic(
        id,
        .error,
        "Linux does not take `\(node.path)` for memory: it is not a child of the root",
        at: subject.label(node, "reg", "RAM that Linux does not see"),
        notes: ["Linux says nothing: the RAM is missing"],
        help: "move the node to the root"
      )
    }
  }

  private static func disabled(_ node: Node, _ subject: Subject) -> Diagnostic? {
    guard node.property("device_type")?.string == "memory",
      (node.property("reg")?.count ?? 0) > 0
    else { return nil }
    return Diagnostic(
      id,
      .note,
      "memory node `\(node.path)` is disabled",
      at: subject.label(node, "status", "Linux does not use the RAM"),
      notes: ["right where the boot loader enables the banks that it finds"]
    )
  }
}

extension Diagnostic {
  fileprivate static func ignored(_ node: Node, _ reg: Property, _ subject: Subject) -> Self {
    let isEmpty = reg.entries(subject.board.tree.root.childCells).allSatisfy { $0.size == 0 }
    return Diagnostic(
      MemoryNodeIgnored.id,
      isEmpty ? .note : .error,
      "Linux does not take `\(node.path)` for memory",
      at: node.has("device_type")
        ? subject.label(node, "device_type", "not `memory`")
        : subject.label(node, "reg", "RAM, but the node has no `device_type`"),
      notes: ["Linux says nothing: the RAM is missing"],
      help: "add `device_type = \"memory\";`"
    )
  }
}
