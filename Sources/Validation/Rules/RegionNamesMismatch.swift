import Board
import DeviceTree
import Diagnostics

/// `memory-region-names` does not have one name for each entry of `memory-region`.
///
/// A driver that asks by name gets the entry at the name's place: a name too many leads to nothing
/// (-ENODEV), an entry too many has no name that leads to it.
///
/// Bad: `memory-region = <&left>; memory-region-names = "left", "right";`
/// Good: `memory-region = <&left>, <&right>;`.
///
/// Source: `include/linux/of_reserved_mem.h: of_reserved_mem_device_init_by_name`.
enum RegionNamesMismatch: Rule {
  static let id: RuleID = "region-names-mismatch"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.board.regionUsers.compactMap { user in
      let (names, entries) = (user.names.count, user.targets.count)
      guard names > 0, names != entries else { return nil }
      return Diagnostic(
        id,
        .warning,
        "`\(user.node.path)` names \(count(names, "region")) but lists \(entries)",
        at: subject.label(user.node, "memory-region-names", list(user.names)),
        related: [subject.label(user.node, "memory-region", count(entries, "phandle"))],
        notes: [
          names > entries
            ? "a driver that asks for `\(user.names[names - 1])` gets -ENODEV"
            : "what has no name is found by number alone"
        ],
        help: "write as many names as regions, in the same order"
      )
    }
  }
}
