public import Layout
import PhysicalMemory
import Policy

/// What the layout needs of the kernel's configuration: `kernel.config`, for merge_config.sh.
public enum KernelConfigFragment {
  /// The settings as a fragment of a `.config`; comments say what wins over them.
  public static func text(_ layout: Layout, via carrier: DefaultPoolCarrier) -> String {
    let areas = layout.regions.filter { $0.kind == .cma }
    let name = SourceEscaping.comment(layout.compatible.first ?? "an unnamed board")
    var lines = [
      "# DMA memory of \(name), RAM variant \(SourceEscaping.comment(layout.variant))."
    ]
    if areas.isEmpty {
      lines.append("# The layout has no CMA area.")
    } else {
      lines += ["CONFIG_CMA=y", "CONFIG_DMA_CMA=y"]
      lines += capacity(layout, areas: UInt64(areas.count))
    }
    lines += size(layout.defaultRegion, carrier, areas.isEmpty)
    if layout.regions.contains(where: { $0.kind == .restricted }) {
      lines += ["# Bounces all DMA of a device through its restricted pool.", "CONFIG_SWIOTLB=y"]
      lines.append("CONFIG_DMA_RESTRICTED_POOL=y")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The kernel has room for one area more than CONFIG_CMA_AREAS (`include/linux/cma.h`).
  private static func capacity(_ layout: Layout, areas: UInt64) -> [String] {
    [
      "# \(areas) CMA \(areas == 1 ? "area" : "areas"); the kernel has room for one more than this.",
      "CONFIG_CMA_AREAS=\(max(layout.target.cmaAreas, areas - 1))",
      "# Buffers are aligned to at most \(largestAlignment(layout.target)).",
      "CONFIG_CMA_ALIGNMENT=\(layout.target.cmaAlignment.rawValue)",
    ]
  }

  private static func largestAlignment(_ target: TargetSummary) -> ByteCount {
    target.pageSize.bytes(of: target.cmaAlignment.pages)
  }

  private static func size(
    _ region: LayoutRegion?,
    _ carrier: DefaultPoolCarrier,
    _ isWithoutCMA: Bool
  ) -> [String] {
    guard let region else {
      guard !isWithoutCMA else { return [] }
      return ["# There is no default area.", "CONFIG_CMA_SIZE_SEL_MBYTES=y"]
        + ["CONFIG_CMA_SIZE_MBYTES=0"] + otherSelectors
    }
    let unit = ByteCount.mib(1).rawValue
    let mebibytes =
      region.range.size.rawValue / unit + (region.range.size.rawValue % unit == 0 ? 0 : 1)
    // Without a node the area is no business of the devicetree's, whatever carries planned ones.
    let carrier: DefaultPoolCarrier =
      region.node == nil && carrier == .deviceTree ? .kernelConfig : carrier
    return note(carrier) + ["CONFIG_CMA_SIZE_SEL_MBYTES=y", "CONFIG_CMA_SIZE_MBYTES=\(mebibytes)"]
      + otherSelectors
  }

  private static func note(_ carrier: DefaultPoolCarrier) -> [String] {
    switch carrier {
    case .deviceTree:
      [
        "# The default area is set in the devicetree, which overrides this size; it counts only",
        "# where that region can not be set up.",
      ]
    case .commandLine:
      ["# The default area is set by cma= on the command line, which overrides this size."]
    case .kernelConfig:
      [
        "# The default area. A linux,cma-default node of the devicetree or cma= on the command line",
        "# overrides this size. The kernel chooses the place.",
      ]
    }
  }

  /// The choice has one answer; merge_config.sh warns where an old answer stays.
  private static let otherSelectors = ["PERCENTAGE", "MIN", "MAX"].map {
    "# CONFIG_CMA_SIZE_SEL_\($0) is not set"
  }
}
