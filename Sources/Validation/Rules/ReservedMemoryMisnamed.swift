import Board
import DeviceTree
import Diagnostics

/// A child of the root is named like `/reserved-memory`, but not so.
///
/// Linux reads `/reserved-memory` only. Under `reserved_memory` or `reserved-memory@0` every region
/// is silently ignored and its memory handed out.
///
/// Bad: `reserved_memory { ranges; ... };` Good: `reserved-memory { ranges; ... };`.
///
/// Source: `drivers/of/fdt.c: fdt_scan_reserved_mem`.
enum ReservedMemoryMisnamed: Rule {
  static let id: RuleID = "reserved-memory-misnamed"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.rootChildren.compactMap { name, node in
      guard name != "reserved-memory", name.utf8.count >= 13, name.utf8.count <= 40,
        name.utf8.first == 0x72 || name.utf8.first == 0x52, isNear(node.baseName),
        node.children.contains(where: { $0.has("reg") || $0.has("size") })
      else { return nil }
      return .misnamed(node, subject)
    }
  }

  private static func isNear(_ name: String) -> Bool {
    let plain = name.lowercased().map { $0 == "_" ? "-" : $0 }
    return editDistance(String(plain), "reserved-memory") <= 2
  }
}

extension Diagnostic {
  fileprivate static func misnamed(_ node: Node, _ subject: Subject) -> Self {
    let regions = node.children.count { $0.has("reg") || $0.has("size") }
    return Diagnostic(
      ReservedMemoryMisnamed.id,
      .error,
      "Linux does not read `\(node.path)`: only `/reserved-memory` is",
      at: subject.label(node, "\(count(regions, "region")) here that Linux never sees"),
      related: subject.container.map { [subject.label($0, "the one that it reads")] }
        ?? [],
      notes: ["Linux says nothing and hands the memory out"],
      help: subject.container == nil
        ? "name the node `reserved-memory`" : "move its children to `/reserved-memory`"
    )
  }
}
