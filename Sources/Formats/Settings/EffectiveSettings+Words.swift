import Board
import Layout
import LinuxBoot
import PhysicalMemory

extension EffectiveSettings {
  /// The words of the command line that decide over memory, and what holds without them.
  var wordSettings: [Setting] {
    [
      optional("mem"), ignored("memmap", "Linux on \(architectureName) has no `memmap=`"),
      optional("crashkernel", needs: kernel.config.kexec, "CONFIG_KEXEC_CORE"),
      optional("hugetlb_cma", needs: kernel.config.hugetlbPage, "CONFIG_HUGETLB_PAGE"),
      optional("cma_pernuma", needs: kernel.config.perNodeCMA, perNodeSymbol),
      numaCMA, vmalloc,
      withDefault("coherent_pool", coherentPool, "kernel/dma/pool.c: dma_atomic_pool_init"),
      withDefault("swiotlb", bounceBuffers, "kernel/dma/swiotlb.c: swiotlb_init_remap"),
      iommu, optional("movablecore"), optional("kernelcore"),
    ]
    .compactMap(\.self)
  }

  private var architectureName: String { kernel.architecture.rawValue }

  private var perNodeSymbol: String {
    kernel.version.isAtLeast(6, 6) ? "CONFIG_DMA_NUMA_CMA" : "CONFIG_DMA_PERNUMA_CMA"
  }

  /// A setting that is there where somebody states a word; `symbol` has to be set for it.
  private func optional(_ name: String, needs isSet: Bool = true, _ symbol: String = "") -> Setting?
  {
    isSet ? stated(name) : ignored(name, "\(symbol) is not set")
  }

  private func stated(_ name: String) -> Setting? {
    let (holding, overridden) = words(name)
    if holding.isEmpty, !overridden.isEmpty {
      return Setting(
        name,
        [Setting.Claim("not stated", .unstated("no word of it holds"))] + overridden
      )
    }
    return Setting(name, holding + overridden, note: accumulates(name, holding.count))
  }

  /// `mem=` adds a bank each time on arm (`arch/arm/kernel/setup.c: early_mem`).
  private func accumulates(_ name: String, _ count: Int) -> String? {
    name == "mem" && kernel.architecture == .arm && count > 1
      ? "each `mem=` adds a bank on arm: all \(count) hold" : nil
  }

  /// A word that has no effect on this kernel.
  private func ignored(_ name: String, _ why: String) -> Setting? {
    let (holding, overridden) = words(name)
    guard !holding.isEmpty || !overridden.isEmpty else { return nil }
    return Setting(
      name,
      [Setting.Claim("ignored", .unstated(why))] + holding + overridden,
      note: "the kernel says nothing of it"
    )
  }

  /// A word without which something else holds.
  private func withDefault(_ name: String, _ value: String?, _ source: String) -> Setting? {
    let (holding, overridden) = words(name)
    let usual = value.map { [Setting.Claim($0, .unstated(source))] } ?? []
    return Setting(name, holding.isEmpty ? usual + overridden : holding + overridden + usual)
  }

  private var numaCMA: Setting? {
    guard kernel.version.isAtLeast(6, 6) else {
      return ignored("numa_cma", "Linux \(kernel.version) has no `numa_cma=`; 6.6 has")
    }
    return optional("numa_cma", needs: kernel.config.perNodeCMA, perNodeSymbol)
  }

  private var vmalloc: Setting? {
    kernel.architecture == .arm
      ? stated("vmalloc") : ignored("vmalloc", "Linux on \(architectureName) has no `vmalloc=`")
  }

  /// Atomic pools grow with RAM; arm has one of its own.
  private var coherentPool: String {
    kernel.architecture == .arm ? "256 KiB" : "128 KiB for each GiB of RAM, at least 128 KiB"
  }

  private var bounceBuffers: String? {
    guard let map = compiled.today?.map, kernel.architecture != .arm else { return nil }
    return map.bounceBuffers.map { "\($0.size.approximate) at \($0)" } ?? "none"
  }

  private var iommu: Setting? {
    let (holding, overridden) = words("iommu.passthrough")
    let policy = policyClaims("iommu")
    let claims =
      compiled.target.iommu == "passthrough" && !holding.isEmpty
      ? holding + overridden + policy : policy + holding + overridden
    let note: String? =
      switch compiled.target.iommu {
      case "passthrough": "bus addresses are CPU addresses: contiguous memory is needed"
      case "off": "no IOMMU translates"
      default: nil
      }
    return Setting("iommu", claims, note: note)
  }
}
