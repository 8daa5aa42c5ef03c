import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A bus's `dma-ranges` leave part of RAM out.
///
/// Right for many SoCs, and good to know: buffers in the rest are bounced or refused, and pools have to
/// lie inside. Silent where no RAM is stated.
///
/// Bad: a board with 2 GiB on an SoC whose bus reaches 1 GiB, and a pool without `alloc-ranges`.
/// Good: the same with `alloc-ranges` inside the window.
///
/// Source: `drivers/of/address.c: of_dma_get_range`.
enum ReachMissesRAM: Rule {
  static let id: RuleID = "reach-misses-ram"
  static let severity = Severity.note

  static func check(_ subject: Subject) -> [Diagnostic] {
    let variants = subject.variants.filter(\.variant.hasMemory)
    guard !variants.isEmpty, !subject.busesWithWindows.isEmpty else { return [] }
    let buses = subject.reachOfBuses.map {
      Bus(node: $0.bus, reach: RegionSet($0.windows.map(\.cpu)))
    }
    return variants.flatMap { variant -> [Diagnostic] in
      // Buses that leave out the same RAM are one finding.
      var found: [(missed: PhysicalRegionSet, buses: [Bus])] = []
      for bus in buses {
        let missed = variant.variant.memory.subtracting(bus.reach)
        if missed.isEmpty { continue }
        if let same = found.firstIndex(where: { $0.missed == missed }) {
          found[same].buses.append(bus)
        } else {
          found.append((missed, [bus]))
        }
      }
      return found.map { .misses($0.buses, $0.missed, subject, variant) }
    }
  }

  /// A bus with what its devices reach.
  fileprivate struct Bus {
    let node: Node
    let reach: PhysicalRegionSet
  }
}

extension Diagnostic {
  fileprivate static func misses(
    _ buses: [ReachMissesRAM.Bus],
    _ missed: PhysicalRegionSet,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let places = buses.map {
      subject.label($0.node, "dma-ranges", "reaches \($0.reach.inWords)")
    }
    return Diagnostic(
      ReachMissesRAM.id,
      .note,
      "devices behind \(list(buses.map(\.node.path))) do not reach \(missed.size.approximate) of RAM",
      at: places[0],
      related: Array(places.dropFirst()) + subject.ramLabel(variant),
      notes: ["out of reach is \(missed.inWords): pools have to lie elsewhere", bouncing(variant)],
      variant: variant.variant.name
    )
  }

  /// What becomes of a buffer that a driver maps and that lies out of reach.
  private static func bouncing(_ variant: CompiledVariant) -> String {
    let fails = "mapping a buffer there fails: `DMA addr ... overflow`"
    if CommandLine(variant.target.commandLine).last("swiotlb")?.value?.hasSuffix("noforce") == true
    {
      return "`swiotlb=noforce` leaves no bounce buffers: \(fails)"
    }
    if let buffers = variant.today?.map.bounceBuffers {
      return
        "buffers there are copied through \(buffers.size.approximate) of bounce buffers, at most "
        + "256 KiB at a time"
    }
    return "the kernel makes no bounce buffers for this RAM: \(fails)"
  }
}
