import Board
import DeviceTree
import Diagnostics

/// A memory node that Linux does not take for memory: no `device_type = "memory"`.
///
/// The RAM is missing, and nothing is logged.
///
/// Bad: `memory@80000000 { reg = <0x80000000 0x40000000>; };` Good: the same with
/// `device_type = "memory";`.
///
/// Source: `drivers/of/fdt.c: early_init_dt_scan_memory`.
enum MemoryNodeIgnored: Rule {
  static let id: RuleID = "memory-node-ignored"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.rootChildren.compactMap { name, node in
      guard name.hasPrefix("memory"), node.isAvailable, let reg = node.property("reg"),
        reg.count > 0,
        node.baseName == "memory", node.property("device_type")?.string != "memory",
        !node.has("compatible")
      else { return nil }
      return .ignored(node, reg, subject)
    }
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
