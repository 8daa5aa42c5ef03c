import Board
import DeviceTree
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

extension EffectiveSettings {
  /// The default CMA area: who sets its size, and where it came to lie.
  ///
  /// `kernel/dma/contiguous.c`: `cma=` beats the `linux,cma-default` node, which beats the
  /// configured size.
  var areaSettings: [Setting] {
    let (holding, overridden) = words("cma")
    let claims = holding + nodeClaims + configuredArea
    guard kernel.config.dmaCMA else {
      let none = configClaim("none", ["DMA_CMA", "CMA"]) ?? Setting.Claim("none", kconfigDefault)
      return Setting(
        "default-cma",
        [none] + claims + overridden,
        note: "CONFIG_DMA_CMA is not set: dma_alloc_coherent() has the page allocator alone"
      )
      .map { [$0] } ?? []
    }
    return Setting("default-cma", claims + overridden, note: areaNote).map { [$0] } ?? []
  }

  private var nodeClaims: [Setting.Claim] {
    board.defaultRegions.reversed().map { region in
      let size = region.statedSize.map(\.approximate) ?? "no size"
      return Setting.Claim(size, .tree(path: region.node.path, property: "linux,cma-default"))
    }
  }

  private var configuredArea: [Setting.Claim] {
    let policy = policyClaims("default-cma")
    guard configFile != nil else { return policy }
    let (value, symbols): (String, [String]) =
      switch kernel.config.defaultAreaSize {
      case .bytes(let size): (size.approximate, ["CMA_SIZE_MBYTES"])
      case .percentage(let share): ("\(share) % of RAM", ["CMA_SIZE_PERCENTAGE"])
      case .smaller(let size, let share):
        ("min(\(size.approximate), \(share) % of RAM)", ["CMA_SIZE_SEL_MIN", "CMA_SIZE_MBYTES"])
      case .larger(let size, let share):
        ("max(\(size.approximate), \(share) % of RAM)", ["CMA_SIZE_SEL_MAX", "CMA_SIZE_MBYTES"])
      }
    return (configClaim(value, symbols).map { [$0] } ?? []) + policy
  }

  private var areaNote: String? {
    guard let map = compiled.today?.map else { return "no RAM is known, so its place is not" }
    guard let area = map.defaultCMA else { return "Linux makes no default area on this board" }
    let place = PhysicalRange(start: area.base, saturating: area.size)
    return "\(area.size.approximate) at \(place) (\(area.confidence.rawValue))"
  }
}
