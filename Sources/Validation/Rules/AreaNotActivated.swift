import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A CMA area that Linux makes and then gives up, because it crosses a border of zones.
///
/// All pages of an area have to be in one zone. Otherwise Linux says
/// `cma: CMA area NAME could not be activated`, hands its pages out as ordinary memory, and every
/// allocation from it fails without a word. Where the border is depends on the tightest `dma-ranges`
/// of the whole board, on 32-bit arm on the end of lowmem.
///
/// Bad: a pool at `0x7f000000` of 32 MiB where a bus ends ZONE_DMA at `0x80000000`. Good: one at
/// `0x7e000000`.
///
/// Source: `mm/cma.c: cma_activate_area`, replayed.
enum AreaNotActivated: Rule {
  static let id: RuleID = "area-not-activated"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored", "region-outside-ram", "boot-panics"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard let today = variant.today, today.panic == nil else { return [] }
      return today.map.cma.filter { !$0.isActive && $0.size == .zero }
        .map { .crosses($0, today.map, subject, variant) }
    }
  }
}

extension Diagnostic {
  fileprivate static func crosses(
    _ area: CMAArea,
    _ map: BootMap,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let range = PhysicalRange(start: area.base, saturating: area.reservedSize)
    let zones = map.zones.filter { $0.spanned.overlaps(range) }
    let border = zones.dropFirst().first?.start
    let region = area.node.flatMap { node in subject.regions.first { $0.node.path == node } }
    let granule = variant.target.kernel.cmaMinAlignment
    let below = border.flatMap { $0.subtracting(area.reservedSize) }.map { granule.down($0) }
    return Diagnostic(
      AreaNotActivated.id,
      .error,
      "CMA area `\(area.name)` is never activated: it crosses "
        + (border.map { "the border of zones at \($0)" } ?? "a border of zones"),
      at: region.map { subject.label($0, range.withSize) }
        ?? subject.commandLineLabel(variant, range.withSize),
      related: subject.ramLabel(variant),
      notes: [
        zones.map { "ZONE \($0.kind.rawValue) spans \($0.spanned)" }.joined(separator: ", "),
        "Linux says: `cma: CMA area \(area.name) could not be activated`",
      ],
      help: below.map { "end it at the border: base \($0) at most" },
      variant: variant.variant.name
    )
  }
}
