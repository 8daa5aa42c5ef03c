public import DeviceTree
import PhysicalMemory

/// A board: what one devicetree says about memory and DMA.
public struct Board: Sendable {
  /// The DTB as it was named on the command line.
  public let file: String
  /// The tree with all overlays applied.
  public let tree: DeviceTree
  /// The available children of /reserved-memory in the order of the blob.
  public let regions: [RegionNode]
  /// Every `memory-region` list of an available node, in the order of the blob.
  public let regionUsers: [RegionUser]

  /// The nodes of each string that stands in some `compatible`, in the order of the blob.
  let nodesOfCompatible: [String: [Node]]

  /// The names of the regions in reports, by the position of their nodes.
  private let nameOfRegion: [Int: String]
  /// The index of each region by its name in reports and by its node's name, the first of several.
  private let regionOfName: [String: Int]

  /// Reads a board from its tree.
  ///
  /// - Complexity: O(nodes).
  public init(file: String, tree: DeviceTree) {
    self.file = file
    self.tree = tree
    let cells = tree.root.childCells
    let container = tree.root.children.first { $0.name == "reserved-memory" }
    let regions =
      container?.children.filter(\.isAvailable).map { RegionNode(node: $0, cells: cells) } ?? []
    self.regions = regions
    (nameOfRegion, regionOfName) = Self.names(of: regions)
    regionUsers = RegionUser.all(in: tree)
    nodesOfCompatible = tree.nodes(having: "compatible").reduce(into: [:]) { index, node in
      for name in node.compatible { index[name, default: []].append(node) }
    }
  }

  /// Every string that stands in some `compatible`, sorted.
  public var allCompatibles: [String] { nodesOfCompatible.keys.sorted() }

  /// The root's `compatible` list, the board's own string first.
  public var compatible: [String] { tree.compatible }

  /// The node /reserved-memory, whether Linux accepts it or not.
  public var reservedMemory: Node? { tree.root.children.first { $0.name == "reserved-memory" } }

  /// The kernel's command line as the tree has it in /chosen.
  public var bootArguments: String? {
    tree.root.child(named: "chosen")?.property("bootargs")?.string
  }

  /// The region whose node is `node`.
  public func region(at node: Node) -> RegionNode? { regions.first { $0.node == node } }

  /// The region's name in reports and policy: without unit address unless another has the same.
  public func name(of region: RegionNode) -> String {
    nameOfRegion[region.node.position] ?? region.node.name
  }

  /// The region of this name, with or without unit address.
  public func region(named name: String) -> RegionNode? { regionOfName[name].map { regions[$0] } }

  /// Both tables of names; a name in reports wins over a node's own.
  private static func names(
    of regions: [RegionNode]
  ) -> (ofRegion: [Int: String], regions: [String: Int]) {
    let nodes = regions.map { (name: $0.node.name, base: $0.node.baseName) }
    var count: [String: Int] = [:]
    for node in nodes { count[node.base, default: 0] += 1 }
    var names: [Int: String] = [:]
    var found: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      let name = count[node.base] == 1 ? node.base : node.name
      names[regions[index].node.position] = name
      if found[name] == nil { found[name] = index }
    }
    for (index, node) in nodes.enumerated() where found[node.name] == nil {
      found[node.name] = index
    }
    return (names, found)
  }

  /// The nodes that use `region` through `memory-region`, in the order of the blob.
  public func users(of region: RegionNode) -> [Node] {
    regionUsers.filter { user in user.targets.contains { $0.node == region.node } }.map(\.node)
  }

  /// The `linux,cma-default` region that Linux would take of several: the last (see LinuxBoot for
  /// which is processed last).
  public var defaultRegions: [RegionNode] {
    regions.filter { $0.isSharedPool && $0.isReusable && $0.isMarkedDefault }
  }
}

extension Board {
  /// Every node with one of these strings in its `compatible`, in the order of the blob.
  ///
  /// - Complexity: O(nodes with that `compatible`), after one walk for the whole board.
  public func nodesByCompatible(_ wanted: Set<String>) -> [Node] {
    wanted.flatMap { nodesOfCompatible[$0] ?? [] }.sorted { $0.position < $1.position }
  }
}
