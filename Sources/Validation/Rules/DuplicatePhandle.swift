import Board
import DeviceTree
import Diagnostics

/// Two nodes carry the same phandle.
///
/// Whoever names it gets one of them, which depends on the kernel and the boot loader. Overlays and
/// trees edited as text make such pairs; `dtc` refuses them. An error where it is a region's phandle.
///
/// Bad: `phandle = <0x7>;` in two nodes. Good: numbers that the compiler gives.
///
/// Source: Devicetree Specification 2.3.3, `drivers/of/base.c: of_find_node_by_phandle`.
enum DuplicatePhandle: Rule {
  static let id: RuleID = "duplicate-phandle"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.board.tree.phandleClashes.map { phandle, nodes in
      let isRegion = nodes.contains { $0.parent == subject.container && subject.container != nil }
      let users = subject.board.regionUsers.filter { user in
        user.targets.contains { $0.phandle == phandle }
      }
      let second = nodes[nodes.count - 1]
      return Diagnostic(
        id,
        isRegion || !users.isEmpty ? .error : .warning,
        "\(nodes.count) nodes have phandle 0x\(String(phandle, radix: 16)): "
          + list(nodes.map(\.path)),
        at: subject.label(second, "phandle", "used before"),
        related: nodes.dropLast().map { subject.label($0, "phandle", "the same number") }
          + users.map { subject.label($0.node, "memory-region", "which one does it mean?") },
        notes: ["which of them is found depends on the kernel and the boot loader"],
        help: "give one of them another number, and correct who names it"
      )
    }
  }
}
