public import PhysicalMemory

/// The kernel that is to boot.
public struct KernelTarget: Hashable, Sendable {
  /// Its version.
  public var version: KernelVersion
  /// Its architecture.
  public var architecture: Architecture
  /// Its configuration.
  public var config: KernelConfig

  /// The kernel of this version, architecture and configuration.
  public init(version: KernelVersion, architecture: Architecture, config: KernelConfig) {
    self.version = version
    self.architecture = architecture
    self.config = config
  }

  /// The kernel whose configuration is the Kconfig default of everything.
  public init(version: KernelVersion, architecture: Architecture) {
    self.init(
      version: version,
      architecture: architecture,
      config: KernelConfig(version: version, architecture: architecture)
    )
  }

  /// `PAGE_SIZE`.
  public var pageSize: PageSize { config.pageSize }

  /// The order of the biggest block of the page allocator, inclusive in every version
  /// (`MAX_ORDER - 1` up to 6.3, `MAX_ORDER` to 6.7, `MAX_PAGE_ORDER` since).
  public var maxOrder: Order {
    if let forced = config.forceMaxOrder {
      let order = version.isAtLeast(6, 4) ? forced : forced - 1
      return Order(UInt8(clamping: min(order, Int(KernelConfigText.maximumOrders) - 1)))
    }
    switch (architecture, pageSize) {
    case (.arm64, .kib16): return Order(11)
    case (.arm64, .kib64): return Order(13)
    default: return Order(10)
    }
  }

  /// The size of what one entry of a page middle directory maps, `PMD_SIZE`.
  public var pmdSize: Alignment {
    switch (architecture, pageSize) {
    case (.arm, _): Alignment(shift: 21)
    case (_, let size): Alignment(shift: size.shift + (size.shift - 3))
    }
  }

  /// `pageblock_order` (`include/linux/pageblock-flags.h`).
  ///
  /// With huge pages (6.9 on: also with only transparent ones) that of a huge page, else the biggest
  /// block.
  public var pageblockOrder: Order {
    let hugePages =
      config.hugetlbPage || (version.isAtLeast(6, 9) && config.transparentHugepage)
    guard hugePages else { return maxOrder }
    return min(Order(pmdSize.shift - pageSize.shift), maxOrder)
  }

  /// What the base and the size of every CMA area are multiples of, `CMA_MIN_ALIGNMENT_BYTES`
  /// (`include/linux/cma.h`).
  public var cmaMinAlignment: Alignment {
    Alignment(shift: pageblockOrder.rawValue + pageSize.shift)
  }

  /// How many CMA areas there can be, `MAX_CMA_AREAS`: `CONFIG_CMA_AREAS`, up to 6.8 one more.
  public var cmaAreaSlots: Int {
    guard config.cma else { return 0 }
    return version.isAtLeast(6, 9) ? config.cmaAreas : config.cmaAreas + 1
  }

  /// The biggest alignment that a request to a CMA area gets, `CONFIG_CMA_ALIGNMENT`.
  public var cmaRequestAlignment: Alignment {
    Alignment(shift: config.cmaAlignment.rawValue + pageSize.shift)
  }

  /// What memblock aligns to when no alignment is asked for, `SMP_CACHE_BYTES`.
  public var cacheLine: Alignment {
    Alignment(shift: architecture == .arm ? config.l1CacheShift : 6)
  }

  /// The last physical address, `PHYS_ADDR_MAX`: 32 bits on arm without LPAE.
  public var maximumAddress: PhysicalAddress {
    let narrow = architecture == .arm && !config.largePhysicalAddresses
    return PhysicalAddress(narrow ? 0xffff_ffff : .max)
  }

  /// What version, architecture and page size the recorded boots cover.
  public var isCoveredByRecordedBoots: Bool {
    guard pageSize == .kib4 else { return false }
    switch architecture {
    case .arm64:
      return (version.major, version.minor) == (6, 1)
        || ((version.major, version.minor) == (6, 12) && (version.patch ?? .max) >= 94)
    case .arm:
      return (version.major, version.minor) == (6, 1) && !config.largePhysicalAddresses
    case .riscv64:
      return (version.major, version.minor) == (6, 12) && (version.patch ?? .max) >= 103
    }
  }
}
