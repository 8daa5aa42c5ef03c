import Board
import DeviceTree
import Diagnostics
import Layout
import LinuxBoot
import PhysicalMemory

/// A region with a unit address but without `reg`: it is not fixed at that address.
///
/// `size` and `alloc-ranges` say how much and where it may lie; Linux chooses the place, from the top
/// of the window down. A name with an address shows that a fixed place was meant, and the stray region
/// may split the window of another.
///
/// Bad: `rtos@20000000 { size = <0xa00000>; alloc-ranges = <0x20000000 0x20000000>; };`
/// Good: `rtos@20000000 { reg = <0x20000000 0xa00000>; };`.
///
/// Source: `drivers/of/of_reserved_mem.c: __reserved_mem_alloc_size`, Devicetree Specification 2.2.1.1.
enum DynamicWithUnitAddress: Rule {
  static let id: RuleID = "dynamic-with-unit-address"
  static let severity = Severity.warning
  static let requires: [RuleID] = ["reserved-memory-ignored", "size-malformed"]

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.regions.compactMap { region in
      guard region.isDynamic, let unit = region.node.unitAddress else { return nil }
      let placed = subject.variants.lazy.compactMap { variant in
        variant.today?.map.regions.first { $0.node == region.node.path && $0.size > .zero }
      }.first
      return Diagnostic(
        id,
        .warning,
        "region `\(region.node.name)` is not fixed at its unit address: it has `size`, not `reg`",
        at: subject.label(region.node, "size", "Linux chooses the place"),
        notes: placed.map { ["today it comes to lie at \($0.base)"] } ?? [],
        help: "write `reg` with the address 0x\(unit), or take the address off the name"
      )
    }
  }
}
