import Board
import DeviceTree
import Diagnostics
import PhysicalMemory
import Policy

/// A dynamic region's `alloc-ranges` are no bigger than the region.
///
/// Anything that lies in the window before Linux places the region makes it fail: the initial RAM disk,
/// the devicetree, the kernel. There is no fallback outside of `alloc-ranges`.
///
/// `rules: {window-without-slack: {threshold: 16MiB}}` asks for that much room beside the region; a share
/// is of the region's size.
///
/// Bad: `size = <0x14000000>; alloc-ranges = <0x98000000 0x14000000>;` Good: a window of
/// `0x20000000`, or `reg = <0x98000000 0x14000000>` where the place is meant.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`.
enum WindowWithoutSlack: Rule {
  static let id: RuleID = "window-without-slack"
  static let severity = Severity.warning
  static let hasThreshold = true
  static let requires: [RuleID] = [
    "reserved-memory-ignored", "size-malformed", "cells-do-not-divide", "region-unplaceable",
  ]

  static func check(_ subject: Subject) -> [Diagnostic] {
    let threshold = subject.variants.first.flatMap { RuleSettings.threshold(of: id, in: $0) }
    return subject.regions.compactMap { region in
      guard case .dynamic(let size, _, let windows?) = region.placement, size > .zero,
        let largest = windows.map({ ByteCount($0.size) }).max(), largest >= size,
        windows.count == 1
      else { return nil }
      let slack = largest - size
      let wanted = threshold?.bytes(ram: size) ?? .zero
      guard slack == .zero || slack < wanted else { return nil }
      return .tight(region, size, windows[0], subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func tight(
    _ region: RegionNode,
    _ size: ByteCount,
    _ window: RegEntry,
    _ subject: Subject
  ) -> Self {
    let base = PhysicalAddress(window.address)
    return Diagnostic(
      WindowWithoutSlack.id,
      .warning,
      ByteCount(window.size) == size
        ? "region `\(subject.name(of: region))` fills its window: whatever else lies there makes it fail"
        : "region `\(subject.name(of: region))` has \((ByteCount(window.size) - size).approximate) of "
          + "room in its window: more than that in the way makes it fail",
      at: subject.label(
        region.node,
        "alloc-ranges",
        cells: window.cells,
        PhysicalRange(start: base, saturating: ByteCount(window.size)).withSize
      ),
      related: [subject.label(region.node, "size", size.approximate)],
      notes: [
        "an initial RAM disk, a devicetree or a kernel loaded there is enough; there is no fallback"
      ],
      help: "widen `alloc-ranges`, or write `reg` if the region has to be at \(base)"
    )
  }
}
