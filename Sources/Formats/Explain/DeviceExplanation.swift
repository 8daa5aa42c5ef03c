import Board
import DeviceTree
import Layout
import PhysicalMemory
import Policy

/// What a device can reach and where its buffers come from, with the cells and rules that say so.
struct DeviceExplanation {
  let resolved: ResolvedDevice
  let compiled: CompiledVariant

  init(_ resolved: ResolvedDevice, _ compiled: CompiledVariant) {
    self.resolved = resolved
    self.compiled = compiled
  }

  var text: String {
    let device = resolved.device
    return
      ([
        ("node", device.path ?? "none (dma-heap)"),
        ("dma-ranges", windows),
        ("mask", "\(device.maskBits) bits: bus addresses below \(maskEnd)"),
        ("reaches", device.reach.isEmpty ? "nothing" : device.reach.description),
        ("iommu", iommu),
        ("memory", source),
      ] as [(String, String)])
      .map { "  " + $0.0.padded(to: 12) + $0.1 + "\n" }
      .joined()
  }

  private var windows: String {
    switch resolved.reach.mapping {
    case .identity: "none: bus and CPU addresses are the same"
    case .chainBroken(let below):
      "the chain ends at \(below.path): Linux sees no limit and no translation"
    case .untranslatable(let bus): "\(bus.path) has some, but none can be translated"
    case .windows(let windows, let bus):
      windows.map { "bus \($0.bus) = CPU \($0.cpu)" }.joined(separator: "; ") + " (\(bus.path))"
    }
  }

  private var maskEnd: String {
    let bits = resolved.device.maskBits
    return bits >= 64 ? "2^64" : BusAddress(1 << bits).description
  }

  private var iommu: String {
    switch resolved.device.iommu {
    case .translated: "translated: pages need not be contiguous"
    case .passthrough: "present, but addresses pass through: contiguous memory is needed"
    case .none: "none: contiguous memory is needed"
    }
  }

  private var source: String {
    let device = resolved.device
    guard device.needsContiguousMemory else { return "any pages" }
    let names =
      device.pools.isEmpty
      ? [compiled.layout?.defaultRegion?.name].compactMap(\.self) : device.pools
    if names.isEmpty { return "the page allocator (there is no default CMA area)" }
    return names.map { name in
      guard let region = compiled.layout?.region(named: name) else { return "\(name) (no place)" }
      return "\(name) \(region.range), \(region.range.size.approximate)"
    }
    .joined(separator: "; ")
  }
}
