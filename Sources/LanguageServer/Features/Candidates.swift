import Board
import DeviceTree
import Diagnostics
import Layout
import Policy

/// A name that can stand where a value refers to something.
struct Candidate {
  let name: String
  /// What it is.
  let detail: String
}

/// The names that exist for each kind of reference: in the tree, in the layers, in the file itself.
struct Candidates {
  let view: DocumentView
  let path: [Outline.Step]
  /// The document of the file that the cursor is in.
  let document: Int

  /// The names for `reference`, the likelier ones first.
  func names(_ reference: Reference) -> [Candidate] {
    let board = view.document.analysis?.board
    switch reference {
    case .nodePath: return board.map(nodePaths) ?? []
    case .nodeCompatible:
      return (board?.allCompatibles ?? []).map { Candidate(name: $0, detail: "in the tree") }
    case .boardCompatible:
      return (board?.compatible ?? []).map { Candidate(name: $0, detail: "this board") }
    case .alias: return properties("aliases", board)
    case .label: return properties("__symbols__", board)
    case .regionNode:
      return (board?.regions ?? []).map {
        Candidate(name: $0.node.baseName, detail: $0.node.path)
      }
    case .pool: return stated(["pools"]) + stated(["carve-outs"])
    case .device: return stated(["devices"])
    case .variant: return stated(["variants"])
    case .phase: return phases
    case .rule:
      return view.rulePages.map { Candidate(name: $0.rule.rawValue, detail: $0.summary) }
    }
  }

  /// The names under a key: those of the file, then those of the layers that hold.
  func stated(_ path: [String]) -> [Candidate] {
    let steps = path.map(Outline.Step.key)
    let ofFile = (0...view.outline.documentStarts.count).flatMap { document -> [String] in
      guard let entry = view.outline.entry(atPath: steps, document: document) else { return [] }
      return view.outline.keys(of: entry, document: document)
    }
    let present = Set(view.document.analysis?.variants.flatMap(\.devices).map(\.policy.name) ?? [])
    let ofLayers = view.document.analysis?.names(at: path) ?? []
    let isDevices = path == ["devices"]
    var seen: Set<String> = []
    let all =
      ofFile.map { Candidate(name: $0, detail: "in this file") }
      + ofLayers.filter { !isDevices || present.contains($0) }
      .map { Candidate(name: $0, detail: isDevices ? "on this board" : "in the policy that holds") }
      + ofLayers.map { Candidate(name: $0, detail: "in the catalogue; not on this board") }
    return all.filter { !$0.name.isEmpty && seen.insert($0.name).inserted }
  }

  private func nodePaths(_ board: Board) -> [Candidate] {
    board.tree.nodes(having: "compatible").filter { $0.parent != nil }.map { node in
      Candidate(
        name: node.path,
        detail: (node.compatible.first ?? "") + (node.isReachable ? "" : " (not available)")
      )
    }
  }

  private func properties(_ name: String, _ board: Board?) -> [Candidate] {
    let node = board?.tree.root.children.first { $0.name == name }
    return (node?.properties.map { $0 } ?? [])
      .map { Candidate(name: $0.name, detail: $0.string ?? "") }
  }

  /// The phases of the workload that the cursor is in.
  private var phases: [Candidate] {
    let outline = view.outline
    guard path.count > 2,
      let list = outline.entry(atPath: Array(path.prefix(2)) + [.key("phases")], document: document)
    else { return [] }
    return outline.children(of: list, document: document)
      .flatMap { outline.children(of: $0, document: document) }
      .filter { outline.entries[$0].step == .key("name") }
      .map {
        Candidate(name: view.text.unquoted(outline.entries[$0].value), detail: "a phase")
      }
  }
}
