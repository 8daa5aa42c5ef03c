public import Board
import DeviceTree
public import PhysicalMemory
public import Policy

/// A region that tree or policy asks for, with what it needs worked out for one RAM variant.
public struct ResolvedRegion: Sendable {
  /// What policy and tree say of it.
  public let policy: RegionPolicy
  /// Its node in the tree; nil where policy adds it.
  public let node: RegionNode?
  /// How big it is to be, a multiple of the granule where it is a CMA area.
  public let size: ByteCount
  /// What its base is to be a multiple of.
  public let alignment: Alignment
  /// The address that policy or `reg` fixes.
  public let base: PhysicalAddress?
  /// The ranges that it may lie in by its own word; empty for anywhere.
  public let windows: [PhysicalRange]
  /// Whether a layer of policy says something that the tree does not.
  public internal(set) var isTouched: Bool
  /// Whether it is to be the default area and can not: `cma=` is there already, and beats it.
  var isBypassed = false

  /// The region's name.
  public var name: String { policy.name }
  /// The kind.
  public var kind: RegionKind { policy.kind.value }
  /// Whether it is to be the default area.
  var isDefaultArea: Bool { policy.isDefault && kind == .cma }
  /// Whether the tree fixes its place and policy leaves it alone.
  public var isFixedByTree: Bool { !isTouched && node?.fixedRanges.isEmpty == false }
}

/// Works out the regions of a board for one RAM variant.
struct RegionResolver {
  let board: Board
  let memory: PhysicalRegionSet
  let granule: Alignment
  let pageSize: PageSize

  /// The regions that have a size, in the order of their names.
  func regions(_ policies: [RegionPolicy]) -> [ResolvedRegion] { policies.compactMap(region) }

  private func region(_ policy: RegionPolicy) -> ResolvedRegion? {
    let node = board.region(named: policy.name)
    let ram = memory.size
    guard var size = (policy.size ?? policy.atLeast)?.value.bytes(ram: ram), size > .zero else {
      return nil
    }
    if let least = policy.atLeast?.value.bytes(ram: ram) { size = max(size, least) }
    if let most = policy.atMost?.value.bytes(ram: ram) { size = min(size, most) }
    let isTouched = node.map { isChanged($0, policy, size: size) } ?? true
    if isTouched, let whole = unit(policy.kind.value).up(size) { size = whole }
    return ResolvedRegion(
      policy: policy,
      node: node,
      size: size,
      alignment: alignment(policy),
      base: policy.base?.value.address(ram: memory),
      windows: policy.within.compactMap { $0.value.range(ram: memory) },
      isTouched: isTouched
    )
  }

  /// Whether the region has to be another than its node says: policy gives it another kind, size or
  /// base, or its fixed place breaks what policy asks for.
  private func isChanged(_ node: RegionNode, _ policy: RegionPolicy, size: ByteCount) -> Bool {
    if policy.kind.value != node.kind || size != node.statedSize { return true }
    if policy.isDefault != node.isMarkedDefault, policy.kind.value == .cma { return true }
    if !Set(policy.compatible).isSubset(of: node.node.compatible) { return true }
    guard let place = node.fixedRanges.first else { return policy.base != nil }
    if let base = policy.base?.value.address(ram: memory), base != place.start { return true }
    let windows = policy.within.compactMap { $0.value.range(ram: memory) }
    if !windows.isEmpty, !windows.contains(where: { $0.contains(place) }) { return true }
    guard let alignment = policy.alignment, alignment.origin.isLayer else { return false }
    return !self.alignment(policy).divides(place.start)
  }

  private func alignment(_ policy: RegionPolicy) -> Alignment {
    let stated = (policy.alignment?.value.bytes(ram: memory.size)).flatMap { Alignment($0) }
    return max(stated ?? .byte, unit(policy.kind.value))
  }

  /// What base and size have to be multiples of, whatever is asked for.
  private func unit(_ kind: RegionKind) -> Alignment {
    kind == .cma ? granule : pageSize.alignment
  }
}

extension ValueOrigin {
  /// Whether a layer of policy said it.
  var isLayer: Bool {
    if case .layer = self { true } else { false }
  }
}
