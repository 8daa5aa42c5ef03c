public import DeviceTree

/// A node with a `memory-region` list.
public struct RegionUser: Sendable {
  /// One entry of the list.
  public struct Target: Sendable {
    /// The cell's place in the list.
    public let position: Int
    /// The phandle as written.
    public let phandle: UInt32
    /// The node that carries it; nil for a dangling one.
    public let node: Node?
  }

  /// The node that uses regions.
  public let node: Node
  /// The entries of its list in order.
  public let targets: [Target]
  /// The entries of `memory-region-names` in order.
  public let names: [String]

  /// Every available node of `tree` that has a list.
  static func all(in tree: DeviceTree) -> [RegionUser] {
    tree.nodes(having: "memory-region").compactMap { node in
      guard let list = node.property("memory-region"), node.isReachable else { return nil }
      return RegionUser(
        node: node,
        targets: (0..<list.cellCount).map { position in
          let phandle = list.cell(position)
          return Target(position: position, phandle: phandle, node: tree.node(phandle: phandle))
        },
        names: node.property("memory-region-names")?.strings ?? []
      )
    }
  }
}
