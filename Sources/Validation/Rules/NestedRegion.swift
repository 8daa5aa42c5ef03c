import Board
import DeviceTree
import Diagnostics

/// A region two levels below `/reserved-memory`.
///
/// Linux looks at the direct children only: what lies deeper is not reserved, and nothing is said.
///
/// Bad: `reserved-memory { firmware { tee@50000000 { reg = <...>; }; }; };`
/// Good: `reserved-memory { tee@50000000 { reg = <...>; }; };`.
///
/// Source: `drivers/of/fdt.c: fdt_scan_reserved_mem`.
enum NestedRegion: Rule {
  static let id: RuleID = "nested-region"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let container = subject.container else { return [] }
    return container.children.compactMap { child -> Diagnostic? in
      let nested = child.children.filter { inner in
        inner.isAvailable && ((inner.property("reg")?.count ?? 0) > 4 || inner.has("size"))
      }
      // What lies in a region's own memory is its driver's affair.
      guard let first = nested.first, !child.has("reg"), !child.has("size") else { return nil }
      return Diagnostic(
        id,
        .error,
        "Linux does not see \(list(nested.map(\.name))) below `\(child.path)`",
        at: subject.label(first, first.has("reg") ? "reg" : "size", "not reserved"),
        related: nested.dropFirst().map { subject.label($0, "not reserved") },
        notes: ["Linux says nothing and hands the memory out"],
        help: "move \(nested.count == 1 ? "it" : "them") to `/reserved-memory` itself"
      )
    }
  }
}
