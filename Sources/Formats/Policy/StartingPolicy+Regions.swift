import Board
import DeviceTree
import Layout
import PhysicalMemory
import Policy

extension StartingPolicy {
  /// The regions of the tree as pools and carve-outs.
  struct RegionLines {
    let policy: StartingPolicy

    init(_ policy: StartingPolicy) { self.policy = policy }

    private var regions: [ResolvedRegion] {
      policy.compiled.regions.filter { $0.node != nil && !$0.isTouched }
    }

    var pools: [String] {
      let pools = regions.filter { $0.node?.isPool == true }
      let about = [
        "", "# Regions that devices allocate from. `kind: cma` lends its memory to movable pages,",
        "# `coherent` and `restricted` keep theirs. Change a size and `dmaplan compile` plans it.",
      ]
      guard pools.isEmpty else { return about + ["pools:"] + pools.flatMap(lines) }
      return about + [
        "# The tree has none; the kernel then makes a default area of its configured size.",
        "#pools:", "#  default-cma: {kind: cma, default: true, size: 64MiB}",
      ]
    }

    var carveOuts: [String] {
      let taken = regions.filter { $0.node?.isPool == false }
      guard !taken.isEmpty else { return [] }
      return [
        "", "# Memory that the tree takes from the kernel, for firmware or for one driver; say who",
        "# holds it with `owner`.", "carve-outs:",
      ] + taken.flatMap(lines)
    }

    private func lines(_ region: ResolvedRegion) -> [String] {
      guard let node = region.node else { return [] }
      var place = "Linux chooses its place"
      if let range = node.fixedRanges.first { place = "at \(range)" }
      let isDefault = node.isMarkedDefault ? "; the default area" : ""
      return [
        "  # \(SourceEscaping.comment(node.node.path)), \(place)\(isDefault)",
        "  \(JSONValue.quoted(region.name)): {kind: \(region.kind.rawValue), "
          + "size: \(StartingPolicy.text(region.size))}",
      ]
    }
  }
}
