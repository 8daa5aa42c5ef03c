import Board
import DeviceTree
import Diagnostics
import LinuxBoot
import PhysicalMemory
public import Policy

/// Puts a layout together from what Linux made of the final tree.
struct LayoutAssembler {
  let board: Board
  let draft: Draft
  let map: BootMap
  let bases: [String: PhysicalAddress]
  let changed: Set<String>
  let users: PlacementBuilder
  let digests: (tree: String, policy: String)

  var layout: Layout {
    let regions = (stated + kernelMade).sorted {
      ($0.range.start, $0.name) < ($1.range.start, $1.name)
    }
    return Layout(
      compatible: board.compatible,
      treeDigest: digests.tree,
      policyDigest: digests.policy,
      target: target,
      variant: draft.variant.name,
      banks: map.memory,
      zones: map.zones.map { LayoutZone(name: $0.kind.rawValue, range: $0.spanned) },
      reserved: TakenMemory(board: board, variant: draft.variant, map: map).ranges,
      regions: regions,
      devices: draft.devices.map { device($0.device, regions) }.sorted { $0.name < $1.name },
      workloads: WorkloadResolver(
        devices: draft.devices,
        memory: keptMemory.size
      ).workloads(draft.policy.workloads)
    )
  }

  /// The RAM that the kernel has kept: less than the variant's with `mem=`.
  private var keptMemory: PhysicalRegionSet {
    draft.variant.countedMemory.intersection(RegionSet(map.memory))
  }

  private var target: TargetSummary {
    let kernel = draft.bootTarget.kernel
    return TargetSummary(
      linux: kernel.version.description,
      architecture: kernel.architecture.rawValue,
      pageSize: kernel.pageSize,
      pageblockOrder: kernel.pageblockOrder,
      maxOrder: kernel.maxOrder,
      cmaAlignment: kernel.config.cmaAlignment,
      cmaGranule: kernel.cmaMinAlignment,
      cmaAreas: UInt64(kernel.config.cmaAreas),
      iommu: draft.bootTarget.iommu,
      commandLine: draft.bootTarget.commandLine,
      zoneDMALimit: kernel.config.zoneDMA ? map.dmaLimit : nil
    )
  }

  /// The regions of tree and policy that have memory after the boot.
  private var stated: [LayoutRegion] {
    let ofNode = Dictionary(map.regions.map { ($0.node, $0) }) { first, _ in first }
    return draft.regions.compactMap { region in
      guard let found = booted(region, ofNode), found.size > .zero,
        found.hasMemory || region.isFixedByTree && found.outcome != .freed(.bypassedByCommandLine)
      else { return nil }
      return LayoutRegion(
        name: region.name,
        node: found.node,
        kind: region.kind,
        range: found.range,
        alignment: region.alignment,
        users: users.users(of: region).map(\.device.name),
        isDefault: map.defaultCMA?.node == found.node,
        isDynamic: found.isDynamic,
        isPlanned: changed.contains(region.name),
        compatible: region.policy.compatible,
        confidence: found.confidence,
        origins: origins(region)
      )
    }
  }

  /// What the boot made of a region: its node has a new name where it was planned.
  private func booted(_ region: ResolvedRegion, _ ofNode: [String: BootRegion]) -> BootRegion? {
    if changed.contains(region.name), let base = bases[region.name] {
      let stem = region.node?.node.baseName ?? region.policy.value["node"]?.text ?? region.name
      let path = "/reserved-memory/" + stem
      return ofNode[path + "@" + String(base.rawValue, radix: 16)] ?? ofNode[path]
    }
    return region.node.flatMap { ofNode[$0.node.path] }
  }

  /// CMA areas that no node asks for: the kernel's own default area.
  private var kernelMade: [LayoutRegion] {
    map.cma.filter { $0.node == nil && $0.isActive && $0.size > .zero }.map { area in
      let carried = area.isDefault ? draft.carried : nil
      return LayoutRegion(
        name: carried?.name ?? (area.isDefault ? LayoutRegion.kernelDefaultName : area.name),
        node: nil,
        kind: .cma,
        range: PhysicalRange(start: area.base, saturating: area.size),
        alignment: carried?.alignment ?? draft.target.kernel.cmaMinAlignment,
        users: carried.map { users.users(of: $0).map(\.device.name) }
          ?? (area.isDefault
            ? draft.devices.filter { $0.device.needsContiguousMemory && $0.device.pools.isEmpty }
              .map(\.device.name) : []),
        isDefault: area.isDefault,
        isDynamic: true,
        isPlanned: carried != nil,
        confidence: area.confidence,
        origins: [.init(key: "size", place: kernelAreaOrigin)]
      )
    }
  }

  private var kernelAreaOrigin: String {
    let word = draft.bootTarget.commandLine.split(separator: " ").last { $0.hasPrefix("cma=") }
    return word.map { "command line: \($0)" } ?? "kernel configuration: CONFIG_CMA_SIZE"
  }

  private func origins(_ region: ResolvedRegion) -> [LayoutRegion.NamedOrigin] {
    region.policy.value.entries.map { entry in
      LayoutRegion.NamedOrigin(key: entry.name, place: entry.value.origin.place)
    }
  }

  /// A device with the pools that the layout has.
  ///
  /// One whose default pool did not survive the boot, as with `cma=`, is served by what is the
  /// default area instead, like every other device. A pool that the boot did not make, as without
  /// `CONFIG_DMA_CMA`, is nobody's: `of_reserved_mem_device_init_by_idx` finds no handler for it.
  private func device(_ device: LayoutDevice, _ regions: [LayoutRegion]) -> LayoutDevice {
    let names = Set(regions.map(\.name))
    var device = device
    device.pools = device.pools.compactMap { pool in
      if names.contains(pool) { return pool }
      return isDefault(pool) ? regions.first(where: \.isDefault)?.name : nil
    }
    return device
  }

  /// Whether tree or policy means the default area by this name.
  private func isDefault(_ pool: String) -> Bool {
    pool == LayoutRegion.kernelDefaultName
      || board.defaultRegions.contains { board.name(of: $0) == pool }
      || draft.policy.regions.contains { $0.name == pool && $0.isDefault }
  }
}

extension ValueOrigin {
  /// The place in words that a person finds again.
  public var place: String {
    switch self {
    case .layer(_, let span): "\(span.file):\(span.start.line):\(span.start.column)"
    case .tree(let path, let property): property.map { "\(path):\($0)" } ?? path
    case .commandLine(let word): "command line: \(word)"
    case .kernelConfig(let line): "kernel configuration: \(line)"
    case .assumed(let what): what
    }
  }
}
