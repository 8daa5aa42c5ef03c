import DeviceTree
import Layout

/// What an overlay has to do so that a tree says what a patch makes it say; source and blob are
/// written from it.
///
/// An overlay can neither delete a node nor a property. A node that is replaced is disabled and
/// keeps its phandle, so whoever points to it has to be pointed to the new one. Where the new node
/// has the old one's name, is static and has all its properties, the old one is changed in place
/// instead.
struct OverlayPlan {
  /// The cells of the root.
  let cells: CellCounts
  /// Whether /reserved-memory has to be made.
  let createsContainer: Bool
  /// Whether `#address-cells` and `#size-cells` are stated again.
  ///
  /// They are because `dtc` judges the overlay alone; not where the tree has other ones: then the overlay must not change what they mean.
  let statesCells: Bool
  /// Whether an empty `ranges` is stated again.
  let statesRanges: Bool
  /// Nodes under /reserved-memory in the order of the patch.
  let nodes: [NewNode]
  /// The paths of the nodes that are disabled.
  let disabled: [String]
  /// The `memory-region` lists that are set, in the order of the tree.
  let references: [Reference]

  /// A node that is added, or changed in place.
  struct NewNode {
    /// The region it is for.
    let region: String
    let name: String
    let properties: [LayoutPatch.NewProperty]
    /// A name that nothing else in the overlay has, fit for a label of devicetree source.
    let label: String
    /// Whether the node is in the tree under this name, and stays.
    let isInPlace: Bool
    /// The phandle within the overlay; nil where nothing in the overlay refers to it.
    var phandle: UInt32?
  }

  /// A `memory-region` list.
  struct Reference {
    let device: String
    let targets: [Target]

    enum Target: Equatable {
      /// The node at this place of `nodes`.
      case new(Int)
      /// A node of the tree, by its phandle.
      case existing(UInt32)
    }
  }

  // The order of the fragments. Old nodes are disabled before new ones are there: libfdt takes the
  // path of a node without unit address for any node of that name (`fdt_ro.c: fdt_nodename_eq_`).

  var firstDisabled: Int { createsContainer ? 1 : 0 }
  var regionFragment: Int { firstDisabled + disabled.count }
  var firstReference: Int { regionFragment + (nodes.isEmpty ? 0 : 1) }
}

extension OverlayPlan {
  /// The plan for `patch` on `base`.
  ///
  /// - Complexity: O(nodes of the tree).
  init(_ patch: LayoutPatch, base: DeviceTree) {
    cells = patch.cells
    createsContainer = patch.createsContainer
    let container = base.root.children.first { $0.name == "reserved-memory" }
    if let container {
      let stated = container.statedCells
      statesCells = stated.address == patch.cells.address && stated.size == patch.cells.size
      statesRanges = container.property("ranges")?.count == 0
    } else {
      statesCells = true
      statesRanges = true
    }
    var namer = OverlayNames(taken: Set(container?.children.map(\.name) ?? []))
    let removed = Set(patch.removed.map(\.path))
    let stays = patch.added.map { added in
      let old = container?.children.first { $0.name == added.name }
      return old.map { removed.contains($0.path) && Self.canChange($0, into: added) } ?? false
    }
    var names = namer.nodeNames(zip(patch.added, stays).filter { !$1 }.map(\.0.name))[...]
    var nodes = zip(patch.added, stays).map { added, isInPlace in
      NewNode(
        region: added.region,
        name: isInPlace ? added.name : names.removeFirst(),
        properties: added.properties.filter { OverlayNames.isProperty($0.name) },
        label: namer.label(added.region),
        isInPlace: isInPlace
      )
    }
    let kept = Set(nodes.filter(\.isInPlace).map { "/reserved-memory/" + $0.name })
    disabled = patch.removed.map(\.path).filter { !kept.contains($0) }
    let pointer = Repointing(patch: patch, nodes: nodes, base: base)
    references = pointer.references
    var next: UInt32 = 1
    for index in nodes.indices
    where references.contains(where: { $0.targets.contains(.new(index)) }) {
      nodes[index].phandle = next
      next += 1
    }
    self.nodes = nodes
  }

  /// Whether setting the properties of `new` makes `old` the same as a node that has only them.
  ///
  /// A dynamic node is none that can stay: Linux places those in their order in the tree.
  private static func canChange(_ old: Node, into new: LayoutPatch.AddedNode) -> Bool {
    let names = Set(new.properties.map(\.name)).union(["phandle", "linux,phandle"])
    return names.contains("reg") && old.phandle == new.phandle
      && old.children.allSatisfy { _ in false }
      && old.properties.allSatisfy { names.contains($0.name) }
  }
}

/// Finds every `memory-region` list that has to change.
private struct Repointing {
  let patch: LayoutPatch
  let nodes: [OverlayPlan.NewNode]
  let base: DeviceTree

  var references: [OverlayPlan.Reference] {
    let stated = Dictionary(
      patch.references.map { ($0.device, $0.targets) },
      uniquingKeysWith: { first, _ in first }
    )
    let replaced = replacements
    return base.nodes.compactMap { node in
      guard node.has("memory-region") || !stated.isEmpty else { return nil }
      let path = node.path
      // What dtc keeps beside the tree (`__fixups__`) has the same names and other values.
      guard !path.hasPrefix("/__") else { return nil }
      if let targets = stated[path] {
        return OverlayPlan.Reference(device: path, targets: targets.compactMap(target))
      }
      guard let cells = node.property("memory-region")?.cells,
        cells.contains(where: { replaced[$0] != nil })
      else { return nil }
      return OverlayPlan.Reference(
        device: path,
        targets: cells.map { cell in replaced[cell].map { .new($0) } ?? .existing(cell) }
      )
    }
  }

  /// The phandles of nodes that are disabled, with the nodes that stand for them.
  private var replacements: [UInt32: Int] {
    var result: [UInt32: Int] = [:]
    for (index, added) in patch.added.enumerated() where !nodes[index].isInPlace {
      if let phandle = added.phandle { result[phandle] = index }
    }
    return result
  }

  private func target(
    _ target: LayoutPatch.RegionReferences.Target
  ) -> OverlayPlan.Reference.Target? {
    switch target {
    case .existing(let phandle): return .existing(phandle)
    case .added(let region):
      guard let index = patch.added.firstIndex(where: { $0.region == region }) else { return nil }
      // A node that stays keeps its phandle, which the overlay can name.
      if nodes[index].isInPlace, let phandle = patch.added[index].phandle {
        return .existing(phandle)
      }
      return .new(index)
    }
  }
}
