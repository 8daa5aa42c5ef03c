import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// ZONE_DMA reaches further than the tightest bus of the board.
///
/// Up to 6.12 arm64 ends the zone at a power of two: for a bus that reaches up to `0x6fff_ffff` it ends
/// at `0x8000_0000`. The page allocator then gives pages that the bus does not reach, the mask check
/// refuses them, and the allocation fails although memory is free. Later kernels end the zone where the
/// bus does.
///
/// Bad: `dma-ranges = <0x0 0x40000000 0x30000000>;` with 6.1. Good: a window that ends at a power of two,
/// or a pool inside it.
///
/// Source: `arch/arm64/mm/init.c: zone_sizes_init`, `drivers/of/address.c: of_dma_get_max_cpu_address`.
enum ZoneBeyondWindow: Rule {
  static let id: RuleID = "zone-beyond-window"
  static let severity = Severity.note
  static let requires: [RuleID] = ["dma-ranges-malformed", "dma-ranges-untranslatable"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard !subject.busesWithWindows.isEmpty else { return [] }
    let buses = subject.reachOfBuses.filter(\.bus.isReachable).compactMap {
      bus,
      windows -> (node: Node, end: PhysicalAddress)? in
      windows.map(\.cpu.end).max().map { (bus, $0) }
    }
    guard let tightest = buses.min(by: { $0.end < $1.end }) else { return [] }
    return subject.variants.compactMap { variant in
      let kernel = variant.target.kernel
      guard kernel.architecture == .arm64, kernel.config.zoneDMA,
        let zone = variant.today?.map.zones.first(where: { $0.kind == .dma })
      else { return nil }
      let beyond = variant.variant.memory.intersection(
        PhysicalRange(start: tightest.end, end: max(tightest.end, zone.spanned.end))
      )
      // A bus to on-chip memory alone moves the zone to where no power of two helps.
      guard !beyond.isEmpty, tightest.end > zone.start else { return nil }
      return Diagnostic(
        id,
        .note,
        "ZONE_DMA ends at \(zone.spanned.end), above what `\(tightest.node.path)` reaches",
        at: subject.label(tightest.node, "dma-ranges", "ends at \(tightest.end)"),
        related: subject.ramLabel(variant),
        notes: [
          "\(beyond.size.approximate) of the zone are out of its reach: an allocation may fail "
            + "although memory is free",
          "kernels from 6.13 on end the zone at \(tightest.end)",
        ],
        variant: variant.variant.name
      )
    }
  }
}
