public import DeviceTree
import PhysicalMemory

/// A board: what one devicetree says about memory and DMA.
public struct Board: Sendable {
  /// The DTB as it was named on the command line.
  public let file: String
  /// The tree with all overlays applied.
  public let tree: DeviceTree
  /// The available children of /reserved-memory in the order of the blob.
  public let regions: [ReservedRegion]
  /// Every `memory-region` list of an available node, in the order of the blob.
  public let regionUsers: [RegionUser]

  /// Reads a board from its tree.
  ///
  /// - Complexity: O(nodes).
  public init(file: String, tree: DeviceTree) {
    self.file = file
    self.tree = tree
    let cells = tree.root.childCells
    let container = tree.root.children.first { $0.name == "reserved-memory" }
    regions =
      container?.children.filter(\.isAvailable).map { ReservedRegion(node: $0, cells: cells) } ?? []
    regionUsers = RegionUser.all(in: tree)
  }

  /// The root's `compatible` list, the board's own string first.
  public var compatible: [String] { tree.compatible }

  /// The node /reserved-memory, whether Linux accepts it or not.
  public var reservedMemory: Node? { tree.root.children.first { $0.name == "reserved-memory" } }

  /// The kernel's command line as the tree has it in /chosen.
  public var bootArguments: String? {
    tree.root.child(named: "chosen")?.property("bootargs")?.string
  }

  /// The region whose node is `node`.
  public func region(at node: Node) -> ReservedRegion? { regions.first { $0.node == node } }

  /// The region's name in reports and policy: without unit address unless another has the same.
  public func name(of region: ReservedRegion) -> String {
    let base = region.node.baseName
    return regions.filter { $0.node.baseName == base }.count == 1 ? base : region.node.name
  }

  /// The region of this name, with or without unit address.
  public func region(named name: String) -> ReservedRegion? {
    regions.first { self.name(of: $0) == name } ?? regions.first { $0.node.name == name }
  }

  /// The nodes that use `region` through `memory-region`, in the order of the blob.
  public func users(of region: ReservedRegion) -> [Node] {
    regionUsers.filter { user in user.targets.contains { $0.node == region.node } }.map(\.node)
  }

  /// The `linux,cma-default` region that Linux would take of several: the last (see LinuxBoot for
  /// which is processed last).
  public var defaultRegions: [ReservedRegion] {
    regions.filter { $0.isSharedPool && $0.isReusable && $0.isMarkedDefault }
  }
}
