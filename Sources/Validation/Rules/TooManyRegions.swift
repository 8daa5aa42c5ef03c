import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot

/// The kernel's table of regions, of CMA areas or of reserved ranges is full.
///
/// Regions past the 64th have no driver: `OF: reserved mem: not enough space for all defined
/// regions.` CMA areas past `CONFIG_CMA_AREAS` become ordinary memory:
/// `cma: Not enough slots for CMA reserved regions!`. memblock has room for 128 separate ranges until
/// paging is set up.
///
/// Bad: ten CMA pools on a kernel with `CONFIG_CMA_AREAS=7`. Good: fewer, shared ones.
///
/// Source: `drivers/of/of_reserved_mem.c: fdt_reserved_mem_save_node`, `mm/cma.c:
/// cma_init_reserved_mem`, replayed.
enum TooManyRegions: Rule {
  static let id: RuleID = "too-many-regions"
  static let severity = Severity.error
  static let requires: [RuleID] = ["reserved-memory-ignored"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard let map = variant.today?.map else { return [] }
      let beyond = map.regions.filter {
        $0.outcome == .lostBeyondTable || $0.outcome == .skippedBeyondTable
      }
      let slots = map.regions.compactMap { region -> (BootRegion, Int)? in
        if case .freed(.noSlot(let slots)) = region.outcome { (region, slots) } else { nil }
      }
      return [
        finding(
          beyond,
          "the kernel's table of 64 regions is full",
          "OF: reserved mem: not enough space for all defined regions.",
          subject,
          variant
        ),
        finding(
          slots.map(\.0),
          "all \(slots.first?.1 ?? 0) slots for CMA areas are taken",
          "cma: Not enough slots for CMA reserved regions!",
          subject,
          variant
        ),
        finding(
          map.regions.filter { $0.outcome == .arrayFull },
          "the table of reserved ranges is full",
          "OF: fdt: Reserved memory: failed to reserve memory for node",
          subject,
          variant
        ),
      ].compactMap(\.self)
    }
  }

  private static func finding(
    _ lost: [BootRegion],
    _ why: String,
    _ message: String,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Diagnostic? {
    let lost = Set(lost.map(\.node))
    let regions = lost.isEmpty ? [] : subject.regions.filter { lost.contains($0.node.path) }
    guard let first = regions.first else { return nil }
    return Diagnostic(
      id,
      .error,
      "\(why): Linux loses \(list(regions.map(subject.name(of:))))",
      at: subject.label(first, "lost"),
      related: regions.dropFirst().prefix(3).map { subject.label($0, "lost") },
      notes: ["Linux says: `\(message)`"],
      help: "join regions that lie side by side, or remove \(regions.count) of them",
      variant: variant.variant.name
    )
  }
}
