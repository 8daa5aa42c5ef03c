public import DeviceTree
public import Layout
import PhysicalMemory

/// What the layout needs on the kernel's command line: `cmdline.txt`.
public enum CommandLineText {
  /// One line without comments: `cma=SIZE@BASE` where the default area is set `via` the command
  /// line, else empty.
  ///
  /// `tree` is the tree that is booted. Beside an enabled `linux,cma-default` node the line stays
  /// empty: any `cma=` switches that node off (`kernel/dma/contiguous.c: rmem_cma_setup`). With a
  /// base and no limit the place is fixed (`early_cma`). O(regions)
  public static func text(
    _ layout: Layout,
    via carrier: DefaultPoolCarrier,
    tree: DeviceTree
  ) -> String {
    guard carrier == .commandLine, let region = layout.defaultRegion, !tree.hasDefaultRegion else {
      return "\n"
    }
    return "cma=\(region.range.size.kernelText)@\(region.range.start.hexadecimal)\n"
  }
}

extension DeviceTree {
  /// Whether an enabled region asks to be the default CMA area.
  var hasDefaultRegion: Bool {
    let container = root.children.first { $0.name == "reserved-memory" }
    return container?.children.contains { $0.isAvailable && $0.has("linux,cma-default") } ?? false
  }
}
