import Board
import DeviceTree
import Diagnostics

/// The DMA parents of a device lead in a circle.
///
/// `interconnects` named `dma-mem` say which node a device's DMA goes through next. Where that way
/// comes back to a node, Linux finds no window: it gives up, or goes round for ever where every node of the
/// circle has an empty `dma-ranges`.
///
/// Bad: two nodes whose `dma-mem` names the other. Good: a way that ends at the root.
///
/// Source: `drivers/of/address.c: __of_get_dma_parent, of_dma_get_range`.
enum DMAParentCycle: Rule {
  static let id: RuleID = "dma-parent-cycle"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    var judged: Set<Int> = []
    return subject.board.tree.nodes(having: "interconnects").compactMap { start in
      var way: [Node] = []
      var seen: Set<Int> = []
      var node: Node? = start
      // What was judged from another start leads to nothing new.
      while let current = node, !judged.contains(current.position) {
        if !seen.insert(current.position).inserted {
          judged.formUnion(seen)
          return circle(way.drop { $0.position != current.position }, subject)
        }
        way.append(current)
        node = current.dmaParent
      }
      judged.formUnion(seen)
      return nil
    }
  }

  private static func circle(_ nodes: ArraySlice<Node>, _ subject: Subject) -> Diagnostic? {
    guard let first = nodes.first(where: { $0.has("interconnects") }) else { return nil }
    let others = nodes.filter { $0.position != first.position }
    return Diagnostic(
      id,
      .error,
      others.isEmpty
        ? "the DMA parent of `\(first.path)` is the node itself"
        : "the DMA parents of `\(first.path)` lead back to it: \(list(others.map(\.path)))",
      at: subject.label(first, "interconnects", "named `dma-mem`"),
      related: others.prefix(3).map {
        subject.label($0, $0.has("interconnects") ? "interconnects" : nil, "on the way")
      },
      notes: ["Linux finds no window for the DMA of the devices behind it"],
      help: "let `dma-mem` name the interconnect that leads to memory"
    )
  }
}
