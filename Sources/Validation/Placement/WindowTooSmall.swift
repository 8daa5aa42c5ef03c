import Board
import DeviceTree
import Diagnostics
import PhysicalMemory

/// A dynamic region is bigger than each of its `alloc-ranges`.
///
/// Linux can not place it, on any board: `OF: reserved mem: failed to allocate memory for node
/// 'NODE': size N MiB`.
///
/// Bad: `size = <0x8000000>; alloc-ranges = <0x40000000 0x4000000>;` Good: a window of `0x10000000`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`.
enum WindowTooSmall {
  /// The findings, under the rule `region-unplaceable`.
  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.compactMap { region in
      guard case .dynamic(let size, _, let windows?) = region.placement,
        let widest = windows.map({ ByteCount($0.size) }).max(), widest < size
      else { return nil }
      return .tooSmall(region, size, widest, subject)
    }
  }
}

extension Diagnostic {
  fileprivate static func tooSmall(
    _ region: RegionNode,
    _ size: ByteCount,
    _ widest: ByteCount,
    _ subject: Subject
  ) -> Self {
    Diagnostic(
      RegionUnplaceable.id,
      .error,
      "region `\(subject.name(of: region))` is bigger than its window: \(size.approximate) in "
        + widest.approximate,
      at: subject.label(region.node, "size", size.approximate),
      related: [subject.label(region.node, "alloc-ranges", "the window has \(widest.approximate)")],
      notes: [unplacedMessage(region, size)],
      help: "make it at most \(widest.approximate), or widen `alloc-ranges` to \(size.hexadecimal)"
    )
  }
}
