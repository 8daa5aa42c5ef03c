import Board
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// The kernel makes a default CMA area of its own beside the pools of the tree.
///
/// A CMA pool without `linux,cma-default` serves only the devices that name it. All others get the area
/// of the kernel configuration, which takes its memory besides. Good to know where a pool was meant for
/// all.
///
/// Bad: a `reusable` pool of 128 MiB for everybody, without `linux,cma-default`. Good: with it.
///
/// Source: `kernel/dma/contiguous.c: dma_contiguous_reserve`, replayed.
enum DefaultAreaBeside: Rule {
  static let id: RuleID = "default-area-beside"
  static let severity = Severity.note
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "cma-misaligned", "reusable-and-no-map", "default-pool-not-reusable",
    "command-line-overridden", "bootargs-memory-option",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    guard subject.board.defaultRegions.isEmpty else { return [] }
    return subject.variants.compactMap { variant in
      guard let map = variant.today?.map, let area = map.defaultCMA, area.node == nil,
        let pool = map.regions.first(where: \.isCMA).flatMap(subject.region(_:)),
        CommandLine(variant.target.commandLine).last("cma") == nil
      else { return nil }
      let range = PhysicalRange(start: area.base, saturating: area.reservedSize)
      return Diagnostic(
        id,
        .note,
        "beside CMA pool `\(subject.name(of: pool))` Linux makes a default area of "
          + area.reservedSize.approximate,
        at: subject.label(pool, "serves the devices that name it"),
        notes: [
          "the default area of the kernel configuration is \(range.withSize)",
          "right where the pool is for some devices alone",
        ],
        help: "if the pool is meant for all devices, add `linux,cma-default`",
        variant: variant.variant.name
      )
    }
  }
}
