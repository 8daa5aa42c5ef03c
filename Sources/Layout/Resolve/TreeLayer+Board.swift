public import Board
import DeviceTree
import PhysicalMemory
public import Policy

extension TreeLayer {
  /// What the tree of `board` says of its regions, in the shape of a layer.
  ///
  /// - Complexity: O(regions).
  public init(_ board: Board) {
    var pools: [String: PolicyValue] = [:]
    var carveOuts: [String: PolicyValue] = [:]
    for region in board.regions {
      guard let keys = region.policyKeys else { continue }
      let path = region.node.path
      let value = PolicyValue(tree: .mapping(keys), path: path, property: nil)
      if region.isPool {
        pools[board.name(of: region)] = value
      } else {
        carveOuts[board.name(of: region)] = value
      }
    }
    let container = "/reserved-memory"
    self.init(
      value: PolicyValue(
        tree: .mapping([
          "pools": PolicyValue(tree: .mapping(pools), path: container, property: nil),
          "carve-outs": PolicyValue(tree: .mapping(carveOuts), path: container, property: nil),
        ]),
        path: container,
        property: nil
      ),
      regions: Set(board.regions.map(board.name(of:))),
      defaultRegion: board.defaultRegions.last.map(board.name(of:))
    )
  }
}

extension RegionNode {
  /// What kind of region Linux makes of the node (kernel/dma/contiguous.c, coherent.c).
  public var kind: RegionKind {
    if isRestrictedPool { return .restricted }
    if isSharedPool { return isReusable ? .cma : .coherent }
    return isNoMap ? .carveout : .reserved
  }

  /// The node's values under the keys of policy; nil where the node can not be read.
  fileprivate var policyKeys: [String: PolicyValue]? {
    let path = node.path
    func value(_ text: String, _ property: String) -> PolicyValue {
      .tree(text, path: path, property: property)
    }
    var keys: [String: PolicyValue] = [
      "kind": value(kind.rawValue, "compatible"), "node": value(node.name, "name"),
    ]
    switch placement {
    case .unreadable: return nil
    case .fixed(let entries):
      guard let first = entries.first else { return nil }
      keys["base"] = value("0x" + String(first.address, radix: 16), "reg")
      keys["size"] = value("0x" + String(first.size, radix: 16), "reg")
    case .dynamic(let size, let alignment, let windows):
      keys["size"] = value(size.hexadecimal, "size")
      keys["form"] = value("dynamic", "size")
      if let alignment { keys["align"] = value(alignment.hexadecimal, "alignment") }
      if let windows {
        keys["within"] = PolicyValue(
          tree: .list(windows.map { value($0.rangeText, "alloc-ranges") }),
          path: path,
          property: "alloc-ranges"
        )
      }
    }
    if isMarkedDefault { keys["default"] = value("true", "linux,cma-default") }
    return keys
  }
}

extension RegEntry {
  /// The entry as policy writes a range.
  fileprivate var rangeText: String {
    let end = PhysicalAddress(address).addingSaturating(ByteCount(size))
    return "0x" + String(address, radix: 16) + ".." + end.hexadecimal
  }
}
