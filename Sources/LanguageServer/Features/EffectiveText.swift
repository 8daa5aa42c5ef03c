import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import Policy

/// What holds on the board for a key, every layer that had a say, and the cells of the tree.
struct EffectiveText {
  let view: DocumentView

  /// Paragraphs about the key at `path`; none where no board is set or the key is not merged.
  func text(at path: [Outline.Step]) -> [String] {
    guard let analysis = view.document.analysis else { return [] }
    let names = (path.firstIndex { $0.isItem }.map { path[..<$0] } ?? path[...])
    guard let names = Array(names).names, names.count > 1 || names.first.map(isValue) == true else {
      return []
    }
    // What several variants agree on is said once.
    var groups: [(variants: [String], text: String)] = []
    for (variant, value) in analysis.values(at: names) where !holdsMappings(value) {
      let text = lines(value, analysis).joined(separator: "\n")
      if let last = groups.indices.last(where: { groups[$0].text == text }) {
        groups[last].variants.append(variant)
      } else {
        groups.append(([variant], text))
      }
    }
    let board = analysis.board.compatible.first ?? analysis.board.file
    return groups.map { group in
      let isAll = group.variants.count == analysis.variants.count
      let variants = isAll ? "" : " (" + group.variants.joined(separator: ", ") + ")"
      return "On `\(board)`\(variants):\n\n\(group.text)"
    }
  }

  /// Whether a key at the top of a layer is merged at all.
  private func isValue(_ name: String) -> Bool {
    !["dmaplan", "name", "why", "match", "override"].contains(name)
  }

  /// Whether a value has keys of its own, or items with keys: those are asked for one by one.
  private func holdsMappings(_ value: PolicyValue) -> Bool {
    value.itemsOrSelf.contains { if case .mapping = $0.content { true } else { false } }
  }

  private func lines(_ value: PolicyValue, _ analysis: BoardAnalysis) -> [String] {
    ["- **`\(value.summary)`** from \(source(value.origin, analysis))"]
      + value.overruled.reversed().map { old in
        "- overruled: `\(old.summary)` from \(source(old.origin, analysis))"
      }
  }

  /// Who said a value, with the cells where it was the tree.
  private func source(_ origin: ValueOrigin, _ analysis: BoardAnalysis) -> String {
    switch origin {
    case .layer(let name, let span):
      let isHere = span.file == view.text.file
      let place = isHere ? "line \(span.start.line)" : "\(span.file):\(span.start.line)"
      return "layer `\(name)`" + (isHere ? " here, " : ", ") + place
    case .tree(let path, let property):
      let node = analysis.board.tree.node(atPath: path)
      let cells = property.flatMap { node?.property($0) }?.sourceText.text
      return "the tree, `\(path)`" + (cells.map { ": `\($0)`" } ?? "")
    case .commandLine, .kernelConfig, .assumed: return origin.place
    }
  }
}

extension Outline.Step {
  /// Whether the step is to an item of a list.
  var isItem: Bool { if case .item = self { true } else { false } }
}
