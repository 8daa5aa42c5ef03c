import Board
import DeviceTree
import PhysicalMemory
public import Policy

/// Works out what a tree has to say so that Linux makes the planned layout of it.
struct PatchBuilder {
  let board: Board
  /// Every planned region with its place, in the order of addresses.
  let placed: [(region: ResolvedRegion, base: PhysicalAddress)]
  /// The regions that Linux does not put there by itself.
  let changed: Set<String>
  let devices: [ResolvedDevice]
  /// All regions, those that the tree fixes among them.
  let all: [ResolvedRegion]
  /// Whether a default pool with `reg` would be set up only after the kernel has made an area of its
  /// own, so that both exist (arm and riscv since 6.12.13: `fdt_scan_reserved_mem_reg_nodes` runs
  /// after `dma_contiguous_reserve`).
  let defaultMustBeDynamic: Bool
  /// Where Linux may choose the place of a dynamic region; without an entry, its planned place.
  let windows: [String: [PhysicalRange]]
  /// The region that the command line or the kernel's configuration makes instead.
  let carried: ResolvedRegion?
  /// Whether a node may be the default area's: beside `cma=` Linux refuses one that is.
  let mayBeDefault: Bool

  var patch: LayoutPatch {
    let references = references
    let referenced = Set(
      references.flatMap(\.targets).compactMap { target -> String? in
        if case .added(let region) = target { region } else { nil }
      }
    )
    let changes = placed.filter { changed.contains($0.region.name) }
    return LayoutPatch(
      cells: board.tree.root.childCells,
      createsContainer: board.reservedMemory == nil && !changes.isEmpty,
      removed: (changes.map(\.region) + [carried].compactMap(\.self)).compactMap { region in
        region.node.map { LayoutPatch.RemovedNode(path: $0.node.path) }
      },
      added: changes.map { added($0.region, $0.base, referenced) },
      references: references
    )
  }

  private func added(
    _ region: ResolvedRegion,
    _ base: PhysicalAddress,
    _ referenced: Set<String>
  ) -> LayoutPatch.AddedNode {
    let isDynamic = isDynamic(region)
    let stem = region.node?.node.baseName ?? region.policy.value["node"]?.text ?? region.name
    let name = isDynamic ? stem : stem + "@" + String(base.rawValue, radix: 16)
    return LayoutPatch.AddedNode(
      name: name,
      region: region.name,
      properties: properties(of: region, place(of: region, base, isDynamic: isDynamic)),
      phandle: region.node?.node.phandle,
      isReferenced: referenced.contains(region.name)
    )
  }

  /// Whether Linux is to find the place, which is then its only choice.
  private func isDynamic(_ region: ResolvedRegion) -> Bool {
    if let stated = region.policy.isDynamic, stated.origin.isLayer { return stated.value }
    return defaultMustBeDynamic && mayBeDefault && region.isDefaultArea
  }

  /// All properties as people write them: `compatible` first, then the place, then the rest.
  private func properties(
    of region: ResolvedRegion,
    _ place: [LayoutPatch.NewProperty]
  ) -> [LayoutPatch.NewProperty] {
    let nature = nature(of: region)
    let first = nature.prefix { $0.name == "compatible" }
    return first + place + nature.dropFirst(first.count)
  }

  /// `compatible` and the flags; those that the node has beside them are kept.
  private func nature(of region: ResolvedRegion) -> [LayoutPatch.NewProperty] {
    var properties: [LayoutPatch.NewProperty] = []
    let own = region.kind.compatible.map { [$0] } ?? []
    let others = region.node?.node.compatible ?? region.policy.compatible
    let all = own + others.filter { !RegionKind.poolCompatibles.contains($0) }
    if !all.isEmpty { properties.append(.init("compatible", .strings(all))) }
    if region.kind == .cma { properties.append(.init("reusable", .empty)) }
    if region.kind.isNoMap { properties.append(.init("no-map", .empty)) }
    if region.isDefaultArea, mayBeDefault {
      properties.append(.init("linux,cma-default", .empty))
    }
    let written: Set<String> = [
      "compatible", "reusable", "no-map", "linux,cma-default", "reg", "size", "alignment",
      "alloc-ranges", "phandle", "linux,phandle", "status", "name",
    ]
    for property in region.node?.node.properties.map(\.self) ?? []
    where !written.contains(property.name) {
      properties.append(.init(property.name, .bytes(Array(property.bytes))))
    }
    return properties
  }

  private func place(
    of region: ResolvedRegion,
    _ base: PhysicalAddress,
    isDynamic: Bool
  ) -> [LayoutPatch.NewProperty] {
    let cells = board.tree.root.childCells
    let size = LayoutPatch.cells(region.size.rawValue, count: cells.size)
    guard isDynamic else {
      return [.init("reg", .cells(LayoutPatch.cells(base.rawValue, count: cells.address) + size))]
    }
    var properties: [LayoutPatch.NewProperty] = [.init("size", .cells(size))]
    properties.append(
      .init(
        "alignment",
        .cells(LayoutPatch.cells(region.alignment.bytes.rawValue, count: cells.address))
      )
    )
    // The window is the planned place itself where nothing wider does: Linux then has no choice.
    let windows =
      windows[region.name] ?? [PhysicalRange(start: base, saturating: region.size)]
    let list = windows.flatMap {
      LayoutPatch.cells($0.start.rawValue, count: cells.address)
        + LayoutPatch.cells($0.size.rawValue, count: cells.size)
    }
    return properties + [.init("alloc-ranges", .cells(list))]
  }

  /// The `memory-region` lists of devices whose pools policy states.
  ///
  /// The default area is found without one.
  private var references: [LayoutPatch.RegionReferences] {
    devices.compactMap { resolved in
      guard let node = resolved.node, resolved.poolOrigin?.isLayer == true else { return nil }
      let regions = resolved.device.pools.compactMap { name in
        all.first { $0.name == name }
      }
      let named = regions.filter { !$0.policy.isDefault }
      guard !named.isEmpty, named.contains(where: { changed.contains($0.name) }) else {
        return nil
      }
      return LayoutPatch.RegionReferences(device: node.path, targets: named.compactMap(target))
    }
  }

  private func target(_ region: ResolvedRegion) -> LayoutPatch.RegionReferences.Target? {
    if changed.contains(region.name) { return .added(region: region.name) }
    return (region.node?.node.phandle).map { .existing($0) }
  }
}

extension RegionKind {
  /// The string that makes Linux treat a region as this kind.
  var compatible: String? {
    switch self {
    case .cma, .coherent: "shared-dma-pool"
    case .restricted: "restricted-dma-pool"
    default: nil
    }
  }

  static let poolCompatibles: Set<String> = ["shared-dma-pool", "restricted-dma-pool"]

  /// Whether the kernel must not map it.
  public var isNoMap: Bool { self == .coherent || self == .carveout }
}
