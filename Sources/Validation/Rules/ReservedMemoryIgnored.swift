import Board
import DeviceTree
import Diagnostics

/// `/reserved-memory` is written so that Linux ignores it with all its regions.
///
/// Linux reads the regions only where `/reserved-memory` has `ranges` and the same `#address-cells`
/// and `#size-cells` as the root. Otherwise every carve-out is handed out as ordinary memory and
/// every pool is gone, and all that is said is
/// `OF: fdt: Reserved memory: unsupported node format, ignoring`.
///
/// Bad: `reserved-memory { #address-cells = <2>; #size-cells = <2>; };` Good: the same with `ranges;`.
///
/// Source: `drivers/of/fdt.c: __reserved_mem_check_root`.
enum ReservedMemoryIgnored: Rule {
  static let id: RuleID = "reserved-memory-ignored"
  static let severity = Severity.error
  static let requires: [RuleID] = ["cell-count-unreadable"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard let node = subject.container, !subject.board.regions.isEmpty else { return [] }
    let root = subject.board.tree.root
    let wanted = root.childCells
    let stated = node.statedCells
    var faults: [Fault] = []
    if stated.address != wanted.address {
      faults.append(
        Fault(property: "#address-cells", stated: stated.address, wanted: wanted.address)
      )
    }
    if stated.size != wanted.size {
      faults.append(Fault(property: "#size-cells", stated: stated.size, wanted: wanted.size))
    }
    if !node.has("ranges") { faults.append(Fault(property: "ranges", stated: nil, wanted: nil)) }
    guard let first = faults.first else { return [] }
    return [.ignored(node, faults, first, subject)]
  }

  fileprivate struct Fault {
    let property: String
    let stated: Int?
    let wanted: Int?

    var text: String {
      guard let wanted else { return "`ranges` is missing" }
      // More cells than any bus has are read as 64.
      if stated == 64 { return "`\(property)` is 64 or more, the root's is \(wanted)" }
      return stated.map { "`\(property)` is \($0), the root's is \(wanted)" }
        ?? "`\(property)` is missing"
    }

    var line: String { wanted.map { "\(property) = <\($0)>;" } ?? "ranges;" }
  }
}

extension Diagnostic {
  fileprivate static func ignored(
    _ node: Node,
    _ faults: [ReservedMemoryIgnored.Fault],
    _ first: ReservedMemoryIgnored.Fault,
    _ subject: Subject
  ) -> Self {
    let root = subject.board.tree.root
    let regions = count(subject.board.regions.count, "region")
    return Diagnostic(
      ReservedMemoryIgnored.id,
      .error,
      "Linux ignores `/reserved-memory` with its \(regions): "
        + faults.map(\.text).joined(separator: ", "),
      at: subject.label(
        node,
        first.stated == nil ? nil : first.property,
        first.stated == nil ? "has no `\(first.property)`" : "differs from the root"
      ),
      related: first.wanted == nil || !root.has(first.property)
        ? [] : [subject.label(root, first.property, "what it has to be")],
      notes: [
        "Linux says: `OF: fdt: Reserved memory: unsupported node format, ignoring`",
        "every region becomes ordinary memory, and drivers that name one fail with -EINVAL",
      ],
      help: "write " + faults.map { "`\($0.line)`" }.joined(separator: " ") + " there"
    )
  }
}
