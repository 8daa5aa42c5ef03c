import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// The default pool of tree or policy that `cma=` switches off, and what is lost with it.
///
/// Source: `kernel/dma/contiguous.c: rmem_cma_setup`.
struct BeatenPool {
  let name: String
  /// Where it is asked for.
  let label: Label
  /// What the area that `cma=` makes lacks of it.
  let lost: [String]
  /// What Linux says of it: nothing of a pool that no tree has yet.
  let log: [String]

  /// The default pool that is asked for beside `cma=`, by the tree or for a variant, if there is one.
  init?(_ subject: Subject, _ variant: CompiledVariant?) {
    if let area = subject.board.defaultRegions.last {
      self.init(area, subject, variant)
    } else if let variant, variant.today?.map.isDefaultFromCommandLine == true,
      let pool = variant.regions.last(where: {
        $0.policy.isDefault && $0.kind == .cma && $0.node == nil
      })
    {
      self.init(pool, subject, variant)
    } else {
      return nil
    }
  }

  private init(_ pool: ResolvedRegion, _ subject: Subject, _ variant: CompiledVariant) {
    name = pool.name
    label = subject.label(pool, key: "default", "has no effect")
    lost = ["policy asks for \(pool.size.approximate)"] + Self.whatHolds(variant)
    log = []
  }

  private init(_ area: RegionNode, _ subject: Subject, _ variant: CompiledVariant?) {
    let windows = (area.windows ?? []).map {
      PhysicalRange(start: PhysicalAddress($0.address), saturating: ByteCount($0.size))
    }
    let size = area.statedSize.map { "the node asks for \($0.approximate)" }
    let window =
      windows.isEmpty ? nil : "within \(RegionSet(windows).inWords), a window that is lost"
    let node = [size, window].compactMap(\.self).joined(separator: " ")
    name = subject.name(of: area)
    label = subject.label(area.node, "linux,cma-default", "has no effect")
    lost =
      [node].filter { !$0.isEmpty } + Self.whatHolds(variant) + [
        "its dma-heap is named `reserved`, not after the node"
      ]
    log = [
      "Linux says: `Reserved memory: bypass \(area.node.name) node, using cmdline CMA params "
        + "instead`"
    ]
  }

  /// The area that Linux makes.
  static func whatHolds(_ variant: CompiledVariant?) -> [String] {
    guard let area = variant?.today?.map.defaultCMA, area.node == nil else { return [] }
    let range = PhysicalRange(start: area.base, saturating: area.reservedSize)
    return ["the area that holds is \(range.withSize)"]
  }
}
