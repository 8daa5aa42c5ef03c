import PhysicalMemory

/// What `arch/arm/mach-*` says about DMA memory: `dma_zone_size` of the machine descriptions.
enum ArmMachine {
  private struct Entry {
    let compatible: [String]
    let size: ByteCount
    let needsLPAE: Bool
  }

  private static let entries = [
    Entry(compatible: ["brcm,bcm2711"], size: .gib(1), needsLPAE: false),
    Entry(compatible: ["ti,omap5", "ti,dra7"], size: .gib(2), needsLPAE: true),
    Entry(
      compatible: ["ti,k2hk", "ti,k2e", "ti,k2l", "ti,k2g", "ti,keystone"],
      size: .gib(2),
      needsLPAE: true
    ),
    Entry(compatible: ["ti,da850", "enbw,cmc", "ti,am1808"], size: .mib(128), needsLPAE: false),
    Entry(
      compatible: ["calxeda,highbank", "calxeda,ecx-2000"],
      size: .gib(4),
      needsLPAE: true
    ),
    Entry(
      compatible: [
        "arm,realview-eb", "arm,realview-pb1176", "arm,realview-pb11mp", "arm,realview-pba8",
        "arm,realview-pbx",
      ],
      size: .mib(256),
      needsLPAE: false
    ),
  ]

  /// The size of the DMA zone of the machine that a root `compatible` list selects, or nil.
  static func dmaZoneSize(_ compatible: [String], _ config: KernelConfig) -> ByteCount? {
    entries.first { entry in
      (config.largePhysicalAddresses || !entry.needsLPAE)
        && entry.compatible.contains(where: compatible.contains)
    }?.size
  }
}
