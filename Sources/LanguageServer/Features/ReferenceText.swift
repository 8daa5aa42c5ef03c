import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import PhysicalMemory
import Policy

/// What is known of something that a value names.
struct ReferenceText {
  let view: DocumentView

  /// The most nodes that a list shows.
  private static let mostNodes = 8

  /// Paragraphs about `name`; none where nothing is known of it.
  func text(of reference: Reference, _ name: String) -> [String] {
    if case .rule = reference { return rule(name) }
    guard let analysis = view.document.analysis else { return [] }
    let tree = analysis.board.tree
    switch reference {
    case .pool, .device, .regionNode: return explained(name, analysis)
    case .nodePath: return [node(tree.node(atPath: name), name)]
    case .alias: return [node(tree.node(alias: name), name)]
    case .label:
      if !tree.hasSymbols { return ["The tree was compiled without labels (`dtc -@`)."] }
      return [node(tree.node(label: name), name)]
    case .nodeCompatible: return [nodes(analysis.board.nodesByCompatible([name]))]
    case .boardCompatible:
      let isThis = analysis.board.compatible.contains(name)
      return [
        isThis
          ? "This board: `\(analysis.board.file)`."
          : "Not this board, which is "
            + analysis.board.compatible.map { "`\($0)`" }.joined(separator: ", ") + "."
      ]
    case .variant: return variant(name, analysis)
    case .phase, .rule: return []
    }
  }

  /// What `dmaplan explain` says.
  private func explained(_ name: String, _ analysis: BoardAnalysis) -> [String] {
    guard let variant = analysis.variants.first else { return [] }
    let explanation = ExplainText(variant, compatible: analysis.board.compatible)
    return explanation.text(of: name).map { ["```text\n" + $0 + "```"] } ?? []
  }

  private func rule(_ name: String) -> [String] {
    guard let page = view.rulePages.first(where: { $0.rule.rawValue == name }) else { return [] }
    return ["**\(page.rule)** (\(page.severity))\n\n\(page.text)"]
  }

  private func variant(_ name: String, _ analysis: BoardAnalysis) -> [String] {
    guard let found = analysis.variants.first(where: { $0.variant.name == name }) else { return [] }
    return ["RAM of `\(name)`: \(found.variant.memory.description)"]
  }

  private func node(_ node: Node?, _ name: String) -> String {
    guard let node else { return "The tree has no `\(name)`." }
    let shown = ["compatible", "status", "reg", "memory-region", "iommus", "dma-ranges"]
      .compactMap { node.property($0)?.sourceText.text }.map { "  " + $0 + "\n" }.joined()
    let state = node.isReachable ? "" : " (not available: disabled, or below something that is)"
    return "```dts\n\(node.path) {\n\(shown)};\n```" + state
  }

  private func nodes(_ nodes: [Node]) -> String {
    if nodes.isEmpty { return "No node of the tree has it." }
    let shown = nodes.prefix(Self.mostNodes).map { node in
      "- `\(node.path)`" + (node.isReachable ? "" : " (not available)")
    }
    let more = nodes.count - shown.count
    return shown.joined(separator: "\n") + (more > 0 ? "\n- and \(more) more" : "")
  }
}
