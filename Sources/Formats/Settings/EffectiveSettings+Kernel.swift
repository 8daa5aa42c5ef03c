import Board
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

extension EffectiveSettings {
  /// Version, architecture and configuration.
  var kernelSettings: [Setting] {
    [version, architecture].compactMap(\.self)
      + configured("page-size", kernel.pageSize.description, pageSizeSymbols, key: "page-size")
      + configured(
        "max-order",
        "\(kernel.maxOrder.rawValue) (blocks of \(blockSize))",
        ["ARCH_FORCE_MAX_ORDER"]
      )
      + configured(
        "cma-granule",
        kernel.cmaMinAlignment.description,
        kernel.config.hugetlbPage ? ["HUGETLB_PAGE", "HUGETLBFS"] : ["TRANSPARENT_HUGEPAGE"],
        note: "base and size of every CMA area are multiples of it"
      )
      + configured(
        "cma-alignment",
        "\(kernel.config.cmaAlignment.rawValue) (at most \(kernel.cmaRequestAlignment) a request)",
        ["CMA_ALIGNMENT"],
        key: "cma-alignment"
      )
      + configured(
        "cma-areas",
        "\(kernel.config.cmaAreas) (\(kernel.cmaAreaSlots) slots)",
        ["CMA_AREAS"],
        key: "cma-areas"
      )
      + configured(
        "restricted-pools",
        kernel.config.restrictedPool ? "yes" : "no",
        ["DMA_RESTRICTED_POOL"]
      )
  }

  private var blockSize: ByteCount {
    ByteCount(kernel.pageSize.bytes.rawValue << UInt64(kernel.maxOrder.rawValue))
  }

  private var pageSizeSymbols: [String] {
    switch kernel.pageSize {
    case .kib16: ["ARM64_16K_PAGES"]
    case .kib64: ["ARM64_64K_PAGES"]
    default: ["ARM64_4K_PAGES"]
    }
  }

  private var version: Setting? {
    let option = choice.linux.map { [Setting.Claim($0, .option("--linux"))] } ?? []
    let claims = option + policyClaims("linux")
    let none = Setting.Claim(kernel.version.description, .unstated("no layer states it"))
    return Setting("linux", claims.isEmpty ? [none] : claims, note: versionNote)
  }

  private var versionNote: String? {
    if let built = choice.kernelConfig.flatMap(KernelConfig.statedVersion),
      !built.isSameSeries(as: kernel.version)
    {
      return "the .config is of Linux \(built)"
    }
    return kernel.version.isModelled
      ? nil : "not modelled: the rules of \(kernel.version.nearestModelled) hold"
  }

  private var architecture: Setting? {
    let tree = Architecture.guess(board.tree).map {
      [Setting.Claim($0.rawValue, .tree(path: "/cpus", property: nil))]
    }
    let none = Setting.Claim(kernel.architecture.rawValue, .unstated("the tree's CPUs do not say"))
    let claims = policyClaims("arch") + (tree ?? [])
    return Setting("arch", claims.isEmpty ? [none] : claims)
  }
}
