public import Board
public import DeviceTree
import PhysicalMemory
public import Policy

/// A device of policy at one place of the tree, with what it needs worked out.
public struct ResolvedDevice: Sendable {
  /// Its values.
  public let device: LayoutDevice
  /// What policy says of it.
  public let policy: DevicePolicy
  /// Its node; nil where it has none.
  public let node: Node?
  /// What `dma-ranges` say of it.
  public let reach: DMAReach
  /// Where its pools are stated.
  public let poolOrigin: ValueOrigin?
}

/// Finds the nodes of policy's devices and works out what they need.
struct DeviceResolver {
  let board: Board
  let binding: PoolBinding
  let memory: PhysicalRegionSet
  /// `on`, `off` or `passthrough`: how the kernel drives IOMMUs.
  let iommu: String

  /// The devices at every node that they match, in the order of names and paths; those that are
  /// absent or disabled are left out.
  func devices(_ policies: [DevicePolicy]) -> [ResolvedDevice] {
    policies.flatMap { policy -> [ResolvedDevice] in
      switch policy.selector {
      case .match:
        let nodes = DeviceMatch(board: board).nodes(of: policy).filter(\.isReachable)
        return nodes.enumerated().map { index, node in
          let name = nodes.count == 1 ? policy.name : "\(policy.name)[\(index)]"
          return device(name, policy, node: node, mapping: node.dmaMapping, path: node.path)
        }
      case .behind(let bus):
        guard let node = board.tree.node(atPath: bus.value) else { return [] }
        return [
          device(policy.name, policy, node: nil, mapping: node.dmaMappingBehind, path: node.path)
        ]
      case .heap:
        return [device(policy.name, policy, node: nil, mapping: .identity, path: nil)]
      }
    }
  }

  private func device(
    _ name: String,
    _ policy: DevicePolicy,
    node: Node?,
    mapping: DMAMapping,
    path: String?
  ) -> ResolvedDevice {
    // A dma-heap hands its buffers to devices that are limited themselves.
    let mask = path == nil ? 64 : policy.mask?.value ?? DMAReach.defaultMaskBits
    let reach = DMAReach(mapping: mapping, maskBits: mask)
    var physical = reach.physical
    let stated = policy.reach.compactMap { $0.value.range(ram: memory) }
    if !policy.reach.isEmpty { physical = physical.intersection(RegionSet(stated)) }
    let (pools, origin) = pools(policy, node)
    let value = LayoutDevice(
      name: name,
      path: path,
      reach: physical,
      windows: mapping.windows.map { LayoutDevice.Window(bus: $0.bus.start, cpu: $0.cpu) },
      maskBits: mask,
      alignment: alignment(policy),
      boundary: policy.boundary?.value.bytes(ram: memory.size),
      iommu: state(policy, node),
      contiguous: policy.contiguous.value,
      pools: pools,
      attach: policy.attach.value
    )
    return ResolvedDevice(
      device: value,
      policy: policy,
      node: node,
      reach: reach,
      poolOrigin: origin
    )
  }

  private func alignment(_ policy: DevicePolicy) -> Alignment {
    (policy.alignment?.value.bytes(ram: memory.size)).flatMap { Alignment($0) } ?? .byte
  }

  /// Policy's pools, else the pools of the node's `memory-region`, else none: the default area.
  private func pools(_ policy: DevicePolicy, _ node: Node?) -> ([String], ValueOrigin?) {
    if let pools = policy.pools { return (pools.map(\.value), pools.first?.origin) }
    if case .heap(let pool) = policy.selector { return ([pool.value], pool.origin) }
    guard let node, let user = board.regionUsers.first(where: { $0.node == node }) else {
      return ([], nil)
    }
    let regions = user.targets.compactMap { $0.node.flatMap(board.region(at:)) }.filter(\.isPool)
    return (
      regions.map(board.name(of:)), .tree(path: node.path, property: "memory-region")
    )
  }

  private func state(_ policy: DevicePolicy, _ node: Node?) -> IOMMUState {
    let stands: Bool
    switch policy.iommu.value {
    case .on: stands = true
    case .off: stands = false
    case .fromDTB:
      guard let node, case .behind = node.iommu else { return .none }
      stands = true
    }
    guard stands else { return .none }
    switch iommu {
    case "off": return .none
    case "passthrough": return .passthrough
    default: return .translated
    }
  }
}

/// Finds nodes by path, `compatible`, alias or label.
public struct DeviceMatch {
  let board: Board

  /// A search in `board`.
  public init(board: Board) { self.board = board }

  /// Every node that `policy` matches, available or not, in the order of their paths.
  public func nodes(of policy: DevicePolicy) -> [Node] {
    guard case .match(let paths, let compatible, let alias, let label) = policy.selector else {
      return []
    }
    var nodes = paths.compactMap { board.tree.node(atPath: $0.value) }
    if let alias { nodes += [board.tree.node(alias: alias.value)].compactMap(\.self) }
    if let label { nodes += [board.tree.node(label: label.value)].compactMap(\.self) }
    let wanted = Set(compatible.map(\.value))
    if !wanted.isEmpty {
      nodes += board.nodesByCompatible(wanted)
    }
    var seen: Set<Int> = []
    return nodes.filter { seen.insert($0.position).inserted }
      .map { (path: $0.path, node: $0) }
      .sorted { $0.path < $1.path }
      .map(\.node)
  }
}
