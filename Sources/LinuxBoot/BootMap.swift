public import PhysicalMemory

/// How sure a predicted address is.
public enum Confidence: String, CaseIterable, Sendable {
  /// Recorded boots of this kernel agree to the byte, and no assumption touches the address.
  case exact
  /// Depends on page tables, memmap or an assumption about where the boot loader puts things.
  case modelled
  /// From the source only: no recorded boot of this kernel.
  case unverified
  /// The kernel's own choice depends on something that is not stable.
  case orderDependent = "order-dependent"
}

/// What memory looks like when the kernel's early set-up is done.
public struct BootMap: Sendable {
  /// The entries of `memblock.memory`.
  public internal(set) var memory: [PhysicalRange] = []
  /// Those of them that are `no-map`.
  public internal(set) var noMap: [PhysicalRange] = []
  /// What is reserved, without the kernel's own boot allocations.
  public internal(set) var reserved: [PhysicalRange] = []
  /// The nodes of `/reserved-memory` in the order of the kernel's table, then those that did not get
  /// into it.
  public internal(set) var regions: [BootRegion] = []
  /// The CMA areas in the order of their slots.
  public internal(set) var cma: [CMAArea] = []
  /// The zones that span memory.
  public internal(set) var zones: [Zone] = []
  /// The kernel's log lines of this matter, in order.
  public internal(set) var messages: [String] = []
  /// What was assumed because it was not given.
  public internal(set) var assumes: [Assumption] = []
  /// The end of what a 32-bit DMA mask is sure to reach, exclusive: arm64's
  /// `arm64_dma_phys_limit`, arm's `arm_dma_limit` + 1, riscv's `dma32_phys_limit`.
  public internal(set) var dmaLimit = PhysicalAddress(0)
  /// The end of the memory that is always mapped: 32-bit arm's lowmem border, else the end of RAM.
  public internal(set) var lowMemoryEnd = PhysicalAddress(0)
  /// What the kernel survives only by luck: pages that two owners share, pages that do not exist.
  public internal(set) var hazards: [BootPanic] = []
  /// What the kernel took for itself until then: page tables, the unflattened tree, memmap.
  ///
  /// To the byte on arm64 kernels whose boots were recorded, otherwise modelled.
  public internal(set) var bootAllocations: [PhysicalRange] = []
  /// The bounce buffers of swiotlb, if there are any; the address is modelled.
  public internal(set) var bounceBuffers: PhysicalRange?
  /// Whether `cma=` sizes the default area: then no `linux,cma-default` node becomes one
  /// (`kernel/dma/contiguous.c: rmem_cma_setup`).
  public internal(set) var isDefaultFromCommandLine = false
  /// The range reserved for a crash kernel, if one was.
  public internal(set) var crashKernel: PhysicalRange?

  /// The CMA area that serves devices without one of their own, or nil.
  public var defaultCMA: CMAArea? { cma.last { $0.isDefault } }
}

/// Something that was not given and had to be assumed.
///
/// Without a range it moves no address: an absent initial RAM disk, rules of another version.
public struct Assumption: Hashable, Sendable {
  /// What it is about: `kernel`, `initrd`, `dtb`, `kernel-load`, `version`, `memory`.
  public let subject: String
  /// Where it was put, for a range.
  public let range: PhysicalRange?
  /// One sentence for a person.
  public let text: String
}

/// A CMA area.
public struct CMAArea: Hashable, Sendable {
  /// Its name: the node's name with unit address, or `reserved`, `hugetlb0`, `pernuma0`.
  public let name: String
  /// Where it begins.
  public let base: PhysicalAddress
  /// How big it is; zero where the kernel gave it up when it could not be activated.
  public internal(set) var size: ByteCount
  /// Whether its pages serve allocations.
  public internal(set) var isActive: Bool
  /// Whether it is the default area.
  public internal(set) var isDefault: Bool
  /// How sure the address is.
  public internal(set) var confidence: Confidence
  /// The path of its node, or nil for an area that no node asked for.
  public let node: String?
  /// The size that was reserved for it, also where it could not be activated.
  public let reservedSize: ByteCount
  /// The huge page or block that one bit of its bitmap stands for.
  public let orderPerBit: Order
}

/// A memory zone of one node.
public struct Zone: Hashable, Sendable {
  /// The kinds, in the order of their addresses.
  public enum Kind: String, CaseIterable, Comparable, Sendable {
    /// `ZONE_DMA`.
    case dma = "DMA"
    /// `ZONE_DMA32`.
    case dma32 = "DMA32"
    /// `ZONE_NORMAL`.
    case normal = "Normal"
    /// `ZONE_HIGHMEM`.
    case highMem = "HighMem"
    /// `ZONE_MOVABLE`.
    case movable = "Movable"

    /// Orders kinds as the kernel numbers them.
    public static func < (lhs: Kind, rhs: Kind) -> Bool {
      (allCases.firstIndex(of: lhs) ?? 0) < (allCases.firstIndex(of: rhs) ?? 0)
    }
  }

  /// The NUMA node.
  public let node: Int
  /// The kind.
  public let kind: Kind
  /// From the first to behind the last page, holes included.
  public let spanned: PhysicalRange

  /// Where it begins.
  public var start: PhysicalAddress { spanned.start }
}

/// What a boot comes to.
public enum BootOutcome: Sendable {
  /// The kernel gets past its memory set-up.
  case booted(BootMap)
  /// The kernel dies; the map is as far as it came.
  case panicked(BootPanic, BootMap)

  /// The map, complete or as far as it came.
  public var map: BootMap {
    switch self {
    case .booted(let map), .panicked(_, let map): map
    }
  }

  /// Why the kernel dies, or nil.
  public var panic: BootPanic? {
    if case .panicked(let reason, _) = self { reason } else { nil }
  }
}

/// Why a kernel does not get past its memory set-up, or only by luck.
public enum BootPanic: Error, Hashable, Sendable {
  /// No RAM is described, or the command line took it all.
  case noMemory
  /// The kernel's image is not in described RAM (32-bit arm).
  case kernelOutsideMemory(PhysicalRange)
  /// The kernel's image, its cleared part included, covers the devicetree.
  case kernelOverDeviceTree(PhysicalRange)
  /// `mem=` names RAM that the devicetree does not describe, and is believed (32-bit arm).
  case memoryDoesNotExist(PhysicalRange)
  /// A CMA area covers addresses without RAM: `cma_init_reserved_areas` touches pages that do not
  /// exist.
  case areaWithoutMemory(name: String, PhysicalRange)
  /// Two CMA areas share pages.
  case areasOverlap(String, String, PhysicalRange)
  /// A CMA area covers the kernel's image.
  case areaOverKernel(name: String, PhysicalRange)
  /// The initial RAM disk lies above lowmem (32-bit arm).
  case initrdInHighMemory(PhysicalRange)
  /// A free range begins inside the last page below 4 GiB: rounding it up wraps to page 0 (32-bit
  /// arm).
  case wrapsAddressSpace(PhysicalRange)
  /// A no-map range between where the kernel is loaded and where its reservation begins (32-bit arm).
  case noMapInKernel(PhysicalRange)
  /// A no-map range below the kernel: early mappings are cleared behind it, the kernel's own too
  /// (32-bit arm).
  case noMapBelowKernel(PhysicalRange)
}
