import Board
import DeviceTree
import Diagnostics
import Layout
import PhysicalMemory

/// No part of a dynamic region's `alloc-ranges` in which it fits is RAM.
///
/// Linux can not place the region: `OF: reserved mem: failed to allocate memory for node 'NODE'`.
/// Silent where no RAM is stated.
///
/// Bad: RAM from `0x40000000` to `0x80000000` with `alloc-ranges = <0x90000000 0x10000000>;`
/// Good: `alloc-ranges = <0x70000000 0x10000000>;`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`.
enum WindowOutsideRAM {
  /// The findings, under the rule `region-unplaceable`.
  static func check(_ subject: Subject) -> [Diagnostic] {
    let stated = subject.regions.filter { $0.windows?.isEmpty == false }
    guard !stated.isEmpty else { return [] }
    return subject.variants.flatMap { variant -> [Diagnostic] in
      stated.compactMap { region in
        guard let windows = region.windows, let size = region.statedSize else { return nil }
        let ranges = windows.map {
          PhysicalRange(start: PhysicalAddress($0.address), saturating: ByteCount($0.size))
        }
        let memory = variant.variant.memory
        guard variant.variant.hasMemory,
          ranges.allSatisfy({ (memory.intersection($0).largest?.size ?? .zero) < size })
        else { return nil }
        return .outside(region, size, windows, RegionSet(ranges), subject, variant)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func outside(
    _ region: RegionNode,
    _ size: ByteCount,
    _ windows: [RegEntry],
    _ ranges: PhysicalRegionSet,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let inside = variant.variant.memory.intersection(ranges)
    return Diagnostic(
      RegionUnplaceable.id,
      .error,
      inside.isEmpty
        ? "the window of region `\(subject.name(of: region))` is outside RAM"
        : "the window of region `\(subject.name(of: region))` has too little RAM for "
          + size.approximate,
      at: subject.label(region.node, "alloc-ranges", ranges.inWords),
      related: subject.ramLabel(variant),
      notes: [unplacedMessage(region, size)],
      help: "move the window into \(variant.variant.memory.inWords)",
      variant: variant.variant.name
    )
  }

  /// What Linux says of a region that it can not place.
  static func unplacedMessage(_ region: RegionNode, _ size: ByteCount) -> String {
    "Linux says: `OF: reserved mem: failed to allocate memory for node '\(region.node.name)': "
      + "size \(size.rawValue >> 20) MiB`"
  }
}
