import Board
import DeviceTree
import Diagnostics
import Layout
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
    return subject.busesWithWindows.flatMap { bus -> [Diagnostic] in
      guard let property = bus.property("dma-ranges"), property.count > 0,
        case .windows(let windows, of: bus) = bus.dmaMappingBehind
      else { return [] }
      let reach = RegionSet(windows.map(\.cpu))
      return variants.compactMap { variant in
        let missed = variant.variant.memory.subtracting(reach)
        return missed.isEmpty ? nil : .misses(bus, reach, missed, subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func misses(
    _ bus: Node,
    _ reach: PhysicalRegionSet,
    _ missed: PhysicalRegionSet,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    Diagnostic(
      ReachMissesRAM.id,
      .note,
      "devices behind `\(bus.path)` do not reach \(missed.size.approximate) of RAM",
      at: subject.label(bus, "dma-ranges", "reaches \(reach.inWords)"),
      related: subject.ramLabel(variant),
      notes: [
        "out of reach is \(missed.inWords): buffers there are bounced or refused, pools have to lie "
          + "elsewhere"
      ],
      variant: variant.variant.name
    )
  }
}
