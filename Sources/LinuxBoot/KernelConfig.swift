public import PhysicalMemory

/// The settings of a kernel configuration that decide what early boot does with memory.
///
/// Typed, with defaults: what a `.config` does not state has the Kconfig default of that version and
/// architecture. `lines` says which came from where.
public struct KernelConfig: Hashable, Sendable {
  /// How big the default CMA area is without `cma=` (`CONFIG_CMA_SIZE_SEL_*`).
  public enum DefaultAreaSize: Hashable, Sendable {
    /// `CONFIG_CMA_SIZE_MBYTES`.
    case bytes(ByteCount)
    /// `CONFIG_CMA_SIZE_PERCENTAGE` of all memory.
    case percentage(Int)
    /// The smaller of both.
    case smaller(ByteCount, Int)
    /// The larger of both.
    case larger(ByteCount, Int)
  }

  /// How `CONFIG_CMDLINE` and the devicetree's `bootargs` go together.
  public enum CommandLineUse: Hashable, Sendable {
    /// `CONFIG_CMDLINE` only where the boot loader gives none.
    case ifNoneGiven
    /// Both, `CONFIG_CMDLINE` behind (arm, arm64: in front on some versions; the last word wins).
    case extend
    /// `CONFIG_CMDLINE` alone.
    case force
  }

  /// The page size.
  public var pageSize = PageSize.kib4
  /// `CONFIG_CMA`.
  public var cma = false
  /// `CONFIG_DMA_CMA`.
  public var dmaCMA = false
  /// `CONFIG_CMA_SIZE_SEL_*`, `CONFIG_CMA_SIZE_MBYTES`, `CONFIG_CMA_SIZE_PERCENTAGE`.
  public var defaultAreaSize = DefaultAreaSize.bytes(.mib(16))
  /// `CONFIG_CMA_AREAS`.
  public var cmaAreas = 7
  /// `CONFIG_CMA_ALIGNMENT`.
  public var cmaAlignment = Order(8)
  /// `CONFIG_HUGETLB_PAGE`.
  public var hugetlbPage = false
  /// `CONFIG_TRANSPARENT_HUGEPAGE`.
  public var transparentHugepage = false
  /// `CONFIG_ARCH_FORCE_MAX_ORDER` as written, or nil for the architecture's own value.
  public var forceMaxOrder: Int?
  /// `CONFIG_ZONE_DMA`.
  public var zoneDMA = true
  /// `CONFIG_ZONE_DMA32`.
  public var zoneDMA32 = true
  /// `CONFIG_NUMA`.
  public var numa = false
  /// `CONFIG_NODES_SHIFT`.
  public var nodesShift = 4
  /// `CONFIG_HIGHMEM`.
  public var highmem = true
  /// `CONFIG_PAGE_OFFSET` of arm.
  public var pageOffset: UInt64 = 0xc000_0000
  /// `CONFIG_ARM_LPAE`.
  public var largePhysicalAddresses = false
  /// `CONFIG_ARM_GIC_V3_ITS`.
  public var gicV3ITS = false
  /// `CONFIG_EFI`.
  public var efi = false
  /// `CONFIG_NR_CPUS`.
  public var cpus = 256
  /// `CONFIG_DMA_RESTRICTED_POOL`.
  public var restrictedPool = false
  /// `CONFIG_DMA_PERNUMA_CMA`, `CONFIG_DMA_NUMA_CMA` since 6.6.
  public var perNodeCMA = false
  /// `CONFIG_KFENCE`.
  public var kfence = false
  /// `CONFIG_KFENCE_SAMPLE_INTERVAL`, 0 where nothing is said: an excerpt does not tell.
  public var kfenceSampleInterval = 0
  /// `CONFIG_RODATA_FULL_DEFAULT_ENABLED`.
  public var rodataFull = true
  /// `CONFIG_ARM64_VA_BITS`.
  public var virtualAddressBits = 48
  /// `CONFIG_ARM64_PA_BITS`.
  public var physicalAddressBits = 48
  /// `CONFIG_ARM_L1_CACHE_SHIFT`.
  public var l1CacheShift: UInt8 = 6
  /// `CONFIG_SPARSEMEM`.
  public var sparsemem = true
  /// `CONFIG_CRASH_DUMP`.
  public var crashDump = false
  /// `CONFIG_KEXEC_CORE`: `crashkernel=` is understood.
  public var kexec = false
  /// `CONFIG_STRICT_KERNEL_RWX`.
  public var strictKernelRWX = true
  /// `TEXT_OFFSET` of arm, which follows from the platforms built in (`arch/arm/Makefile`).
  public var textOffset = ByteCount(0x8000)
  /// `CONFIG_CMDLINE`.
  public var commandLine = ""
  /// `CONFIG_CMDLINE_EXTEND`, `CONFIG_CMDLINE_FORCE`.
  public var commandLineUse = CommandLineUse.ifNoneGiven
  /// The line of each symbol that the `.config` states, by its name without `CONFIG_`.
  public var lines: [String: Int] = [:]

  /// The Kconfig defaults of a version and architecture.
  public init(version: KernelVersion, architecture: Architecture) {
    let lacksExtraSlot = version.isAtLeast(6, 9)
    numa = false
    cmaAreas = lacksExtraSlot ? 8 : 7
    switch architecture {
    case .arm64:
      zoneDMA32 = true
      efi = true
      gicV3ITS = true
      cpus = version.isAtLeast(6, 10) ? 512 : 256
      virtualAddressBits = version.isAtLeast(6, 9) ? 52 : 39
      highmem = false
    case .arm:
      zoneDMA = false
      zoneDMA32 = false
      cpus = 4
      sparsemem = false
    case .riscv64:
      zoneDMA = false
      zoneDMA32 = true
      highmem = false
      nodesShift = 2
      cpus = 64
    }
  }
}
