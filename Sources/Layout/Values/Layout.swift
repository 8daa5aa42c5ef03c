public import PhysicalMemory
import Policy

/// The compiled result for one board and one RAM variant: every region with its place, who uses
/// it, and where each value came from.
///
/// Everything that a dry-run needs is in it (`dmaplan-layout/1`).
public struct Layout: Sendable, Hashable {
  /// The board's root `compatible` list.
  public let compatible: [String]
  /// SHA-256 of the DTB with its overlays.
  public let treeDigest: String
  /// SHA-256 of the policy layers that had a say.
  public let policyDigest: String
  /// The kernel to be booted.
  public let target: TargetSummary
  /// The RAM variant.
  public let variant: String
  /// The RAM that the kernel has, as it lists it.
  public let banks: [PhysicalRange]
  /// The zones of the page allocator.
  public let zones: [LayoutZone]
  /// Memory that is taken beside the regions: kernel, initrd, DTB, firmware.
  public let reserved: [TakenRange]
  /// The regions in the order of their addresses.
  public var regions: [LayoutRegion]
  /// The devices in the order of their names.
  public var devices: [LayoutDevice]
  /// The workloads in the order of their names.
  public var workloads: [Workload]

  /// A layout of these parts.
  public init(
    compatible: [String],
    treeDigest: String,
    policyDigest: String,
    target: TargetSummary,
    variant: String,
    banks: [PhysicalRange],
    zones: [LayoutZone],
    reserved: [TakenRange],
    regions: [LayoutRegion],
    devices: [LayoutDevice],
    workloads: [Workload]
  ) {
    self.compatible = compatible
    self.treeDigest = treeDigest
    self.policyDigest = policyDigest
    self.target = target
    self.variant = variant
    self.banks = banks
    self.zones = zones
    self.reserved = reserved
    self.regions = regions
    self.devices = devices
    self.workloads = workloads
  }

  /// The region of this name.
  public func region(named name: String) -> LayoutRegion? { regions.first { $0.name == name } }

  /// The region that devices without a pool of their own allocate from.
  public var defaultRegion: LayoutRegion? { regions.first { $0.isDefault && $0.kind == .cma } }
}

/// The kernel to be booted, as far as allocation depends on it.
public struct TargetSummary: Sendable, Hashable {
  /// The version: `6.12`.
  public let linux: String
  /// `arm`, `arm64` or `riscv64`.
  public let architecture: String
  /// PAGE_SIZE.
  public let pageSize: PageSize
  /// `pageblock_order`.
  public let pageblockOrder: Order
  /// The order of the biggest block.
  public let maxOrder: Order
  /// CONFIG_CMA_ALIGNMENT.
  public let cmaAlignment: Order
  /// What the base and size of a CMA area are multiples of.
  public let cmaGranule: Alignment
  /// CONFIG_CMA_AREAS.
  public let cmaAreas: UInt64
  /// `on`, `off` or `passthrough`.
  public let iommu: String
  /// The kernel's command line.
  public let commandLine: String
  /// The first address that ZONE_DMA does not serve; nil where the kernel has no ZONE_DMA.
  public let zoneDMALimit: PhysicalAddress?

  /// A kernel of these properties.
  public init(
    linux: String,
    architecture: String,
    pageSize: PageSize,
    pageblockOrder: Order,
    maxOrder: Order,
    cmaAlignment: Order,
    cmaGranule: Alignment,
    cmaAreas: UInt64,
    iommu: String,
    commandLine: String,
    zoneDMALimit: PhysicalAddress?
  ) {
    self.linux = linux
    self.architecture = architecture
    self.pageSize = pageSize
    self.pageblockOrder = pageblockOrder
    self.maxOrder = maxOrder
    self.cmaAlignment = cmaAlignment
    self.cmaGranule = cmaGranule
    self.cmaAreas = cmaAreas
    self.iommu = iommu
    self.commandLine = commandLine
    self.zoneDMALimit = zoneDMALimit
  }
}

/// A zone of the page allocator.
public struct LayoutZone: Sendable, Hashable {
  /// The kernel's name: `DMA`, `DMA32`, `Normal`, `HighMem`, `Movable`.
  public let name: String
  /// The addresses it spans.
  public let range: PhysicalRange

  /// A zone of this name and span.
  public init(name: String, range: PhysicalRange) {
    self.name = name
    self.range = range
  }
}

/// Memory that something other than a region holds.
public struct TakenRange: Sendable, Hashable {
  /// Who holds it.
  public let owner: String
  /// The addresses.
  public let range: PhysicalRange

  /// `range` held by `owner`.
  public init(owner: String, range: PhysicalRange) {
    self.owner = owner
    self.range = range
  }
}
