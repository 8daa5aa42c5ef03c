import Diagnostics
import Foundation
import Testing
import Validation

/// Faults that no real tree of the corpus has, each beside its near misses, which are no fault.
@Suite struct NearMissTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let rule: String
    /// Whether the rule fires.
    let fires: Bool
    /// What stands in the tree beside cells, `compatible` and memory.
    let tree: String
  }

  private static func fault(_ rule: String, _ what: String, _ tree: String) -> Case {
    Case(testDescription: "\(rule): \(what)", rule: rule, fires: true, tree: tree)
  }

  private static func miss(_ rule: String, _ what: String, _ tree: String) -> Case {
    Case(testDescription: "\(rule) not: \(what)", rule: rule, fires: false, tree: tree)
  }

  private static func regions(_ text: String, container: String = "ranges;") -> String {
    "reserved-memory { #address-cells = <2>; #size-cells = <2>; \(container) \(text) };"
  }

  private static func bus(_ windows: String, _ inner: String = "", cells: String = "1") -> String {
    """
    soc { #address-cells = <\(cells)>; #size-cells = <1>; ranges; dma-ranges = <\(windows)>;
    \(inner) };
    """
  }

  private static let pool = "compatible = \"shared-dma-pool\";"
  private static let at58 = "reg = <0x0 0x58000000 0x0 0x400000>;"

  static let containers = [
    fault(
      "reserved-memory-ignored",
      "cells that are missing",
      "reserved-memory { ranges; a@58000000 { no-map; \(at58) }; };"
    ),
    fault(
      "reserved-memory-ignored",
      "one size cell",
      "reserved-memory { #address-cells = <2>; #size-cells = <1>; ranges; a@58000000 { no-map; "
        + "reg = <0x0 0x58000000 0x400000>; }; };"
    ),
    miss("reserved-memory-ignored", "no region in it", "reserved-memory { };"),
    miss("reserved-memory-ignored", "as it should be", regions("a@58000000 { no-map; \(at58) };")),
    fault(
      "ranges-not-empty",
      "moved addresses",
      regions(
        "a@58000000 { no-map; \(at58) };",
        container: "ranges = <0 0 0 0x40000000 0 0x40000000>;"
      )
    ),
    fault("nested-region", "two levels down", regions("fw { a@58000000 { no-map; \(at58) }; };")),
    miss(
      "nested-region",
      "inside a region of its own",
      regions("a@58000000 { no-map; \(at58) cell@0 { reg = <0x0 0x4>; }; };")
    ),
    miss(
      "nested-region",
      "a disabled one",
      regions("fw { a@58000000 { status = \"disabled\"; no-map; \(at58) }; };")
    ),
  ]

  static let regionFaults = [
    fault("cells-do-not-divide", "three cells", regions("a { reg = <0x0 0x58000000 0x400000>; };")),
    fault(
      "cells-do-not-divide",
      "one cell of alignment",
      regions("a { \(pool) no-map; size = <0 0x400000>; alignment = <0x1000>; };")
    ),
    fault(
      "cells-do-not-divide",
      "three cells of window",
      regions(
        "a { \(pool) no-map; size = <0 0x400000>; alloc-ranges = <0 0x50000000 0x1000000>; };"
      )
    ),
    fault("size-malformed", "one cell", regions("a { \(pool) reusable; size = <0x400000>; };")),
    miss("size-malformed", "two cells", regions("a { \(pool) reusable; size = <0 0x400000>; };")),
    fault("reg-and-size", "both", regions("a@58000000 { no-map; \(at58) size = <0 0x400000>; };")),
    miss("reg-and-size", "one", regions("a@58000000 { no-map; \(at58) };")),
    fault("region-empty", "no bytes", regions("a@58000000 { no-map; reg = <0 0x58000000 0 0>; };")),
    fault(
      "region-empty",
      "no bytes in the second entry",
      regions("a@58000000 { no-map; reg = <0 0x58000000 0 0x1000 0 0x59000000 0 0>; };")
    ),
    miss(
      "region-empty",
      "a disabled placeholder",
      regions("a@0 { status = \"disabled\"; no-map; reg = <0 0 0 0>; };")
    ),
    fault("pool-without-flag", "neither", regions("a@58000000 { \(pool) \(at58) };")),
    miss("pool-without-flag", "a carve-out", regions("a@58000000 { \(at58) };")),
    fault(
      "reusable-and-no-map",
      "both",
      regions("a@58000000 { \(pool) reusable; no-map; \(at58) };")
    ),
    miss("reusable-and-no-map", "no pool", regions("a@58000000 { reusable; no-map; \(at58) };")),
    fault(
      "region-unplaceable",
      "a window outside RAM",
      regions(
        "a { \(pool) no-map; size = <0 0x400000>; alloc-ranges = <0 0x90000000 0 0x1000000>; };"
      )
    ),
    fault(
      "region-unplaceable",
      "a window that is too small",
      regions(
        "a { \(pool) no-map; size = <0 0x400000>; alloc-ranges = <0 0x50000000 0 0x200000>; };"
      )
    ),
    miss(
      "region-unplaceable",
      "a second window that is RAM",
      regions(
        "a { \(pool) no-map; size = <0 0x400000>; "
          + "alloc-ranges = <0 0x90000000 0 0x1000000 0 0x50000000 0 0x1000000>; };"
      )
    ),
    fault(
      "region-outside-ram",
      "half of it",
      regions("a@7fe00000 { no-map; reg = <0 0x7fe00000 0 0x400000>; };")
    ),
    miss(
      "region-outside-ram",
      "up to the last byte",
      regions("a@7fc00000 { no-map; reg = <0 0x7fc00000 0 0x400000>; };")
    ),
    fault(
      "region-not-page-aligned",
      "a pool without alignment behind an odd one",
      regions("a { \(pool) no-map; size = <0 0x12345>; };")
    ),
    miss(
      "region-not-page-aligned",
      "whole pages",
      regions("a { \(pool) no-map; size = <0 0x12000>; alignment = <0 0x1000>; };")
    ),
    fault(
      "dynamic-with-unit-address",
      "size alone",
      regions("a@58000000 { \(pool) no-map; size = <0 0x400000>; };")
    ),
    miss(
      "dynamic-with-unit-address",
      "no address",
      regions("a { \(pool) no-map; size = <0 0x400000>; };")
    ),
    fault(
      "region-outside-ram",
      "where a bigger board has RAM, and a device names it",
      regions("r: a@c0000000 { no-map; reg = <0 0xc0000000 0 0x400000>; };")
        + "dsp { memory-region = <&r>; };"
    ),
  ]

  static let buses = [
    fault("dma-ranges-malformed", "two cells", bus("0x0 0x0")),
    fault("dma-ranges-malformed", "size 0", bus("0x0 0x0 0x40000000 0x0")),
    fault("dma-ranges-malformed", "past 32 bits", bus("0xc0000000 0x0 0x40000000 0x80000000")),
    miss("dma-ranges-malformed", "up to 32 bits", bus("0xc0000000 0x0 0x40000000 0x40000000")),
    miss(
      "dma-ranges-malformed",
      "two entries",
      bus("0 0 0x40000000 0x1000 0x1000 0 0x50000000 0x1000")
    ),
    miss("dma-ranges-malformed", "empty", "soc { ranges; dma-ranges; };"),
    fault(
      "dma-ranges-overlap",
      "on the bus",
      bus("0 0 0x40000000 0x2000 0x1000 0 0x50000000 0x1000")
    ),
    miss(
      "dma-ranges-overlap",
      "neighbours",
      bus("0 0 0x40000000 0x1000 0x1000 0 0x50000000 0x1000")
    ),
    fault(
      "dma-ranges-untranslatable",
      "past the bus above",
      bus(
        "0x0 0x0 0x40000000 0x1000",
        "b { #address-cells = <1>; #size-cells = <1>; ranges; dma-ranges = <0 0x2000 0x1000>; };"
      )
    ),
    miss(
      "dma-ranges-untranslatable",
      "on the bus above",
      bus(
        "0x0 0x0 0x40000000 0x1000",
        "b { #address-cells = <1>; #size-cells = <1>; ranges; dma-ranges = <0 0x0 0x1000>; };"
      )
    ),
  ]

  static let users = [
    fault(
      "dangling-memory-region",
      "nobody's phandle",
      regions("a@58000000 { no-map; \(at58) };") + "isp { memory-region = <0x99>; };"
    ),
    fault(
      "dangling-memory-region",
      "a disabled region",
      regions("r: a@58000000 { status = \"disabled\"; no-map; \(at58) };")
        + "isp { memory-region = <&r>; };"
    ),
    fault(
      "dangling-memory-region",
      "a node elsewhere",
      regions("a@58000000 { no-map; \(at58) };") + "r: sram { }; isp { memory-region = <&r>; };"
    ),
    miss(
      "dangling-memory-region",
      "a disabled user",
      regions("a@58000000 { no-map; \(at58) };")
        + "isp { status = \"disabled\"; memory-region = <0x99>; };"
    ),
    fault(
      "region-names-mismatch",
      "a name too many",
      regions("r: a@58000000 { no-map; \(at58) };")
        + "isp { memory-region = <&r>; memory-region-names = \"a\", \"b\"; };"
    ),
    miss(
      "region-names-mismatch",
      "no names",
      regions("r: a@58000000 { no-map; \(at58) };") + "isp { memory-region = <&r>; };"
    ),
    fault(
      "duplicate-phandle",
      "two nodes",
      regions("a@58000000 { no-map; phandle = <7>; \(at58) };") + "isp { phandle = <7>; };"
    ),
    miss(
      "duplicate-phandle",
      "two names of one node's own",
      regions("a@58000000 { no-map; phandle = <7>; linux,phandle = <7>; \(at58) };")
    ),
    fault(
      "pool-out-of-reach",
      "outside the window",
      regions("r: a@58000000 { \(pool) no-map; \(at58) };")
        + bus("0x0 0x0 0x40000000 0x10000000", "isp { memory-region = <&r>; };")
    ),
    miss(
      "pool-out-of-reach",
      "up to the last byte of the window",
      regions("r: a@58000000 { \(pool) no-map; \(at58) };")
        + bus("0x0 0x0 0x40000000 0x18400000", "isp { memory-region = <&r>; };")
    ),
    fault(
      "two-default-pools",
      "two areas",
      regions(
        "a@58000000 { \(pool) reusable; linux,cma-default; \(at58) }; "
          + "b@59000000 { \(pool) reusable; linux,cma-default; reg = <0 0x59000000 0 0x400000>; };"
      )
    ),
    miss(
      "two-default-pools",
      "the other is disabled",
      regions(
        "a@58000000 { \(pool) reusable; linux,cma-default; \(at58) }; b@59000000 { status = \"no\"; "
          + "\(pool) reusable; linux,cma-default; reg = <0 0x59000000 0 0x400000>; };"
      )
    ),
  ]

  static let memory = [
    fault(
      "memory-banks-overlap",
      "a second bank",
      "memory@7f000000 { device_type = \"memory\"; reg = <0 0x7f000000 0 0x2000000>; };"
    ),
    miss(
      "memory-banks-overlap",
      "a neighbour",
      "memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 0 0x2000000>; };"
    ),
    fault(
      "memory-node-ignored",
      "below a bus",
      "soc { #address-cells = <2>; #size-cells = <2>; memory@80000000 { device_type = \"memory\"; "
        + "reg = <0 0x80000000 0 0x2000000>; }; };"
    ),
    fault(
      "memory-trimmed",
      "half a page",
      "memory@80000000 { device_type = \"memory\"; reg = <0 0x80000000 0 0x1800>; };"
    ),
  ]

  private static func source(_ text: String, reservation: String = "") -> String {
    """
    /dts-v1/;
    \(reservation)
    / { #address-cells = <2>; #size-cells = <2>; compatible = "test,board";
    memory@40000000 { device_type = "memory"; reg = <0x0 0x40000000 0x0 0x40000000>; };
    \(text) };
    """
  }

  @Test(arguments: containers + regionFaults + buses + users + memory)
  func firesOnTheFaultAlone(_ example: Case) throws {
    let tree = try Fixtures.tree(text: Self.source(example.tree))
    let hits = try findings(tree).filter { $0.rule.rawValue == example.rule }
    #expect(hits.isEmpty != example.fires, "\(hits.map(\.message))")
    #expect(hits.allSatisfy { $0.help != nil || $0.severity == .note })
  }

  @Test func reservationsOfTheHeader() throws {
    let region = Self.regions("a@58000000 { no-map; \(Self.at58) };")
    func found(_ entry: String) throws -> [String] {
      let text = Self.source(region, reservation: "/memreserve/ \(entry);")
      return try findings(Fixtures.tree(text: text)).filter {
        $0.severity > .note || $0.message.contains("memreserve")
      }
      .map(\.rule.rawValue)
    }
    #expect(try found("0x58000000 0x1000") == ["regions-overlap"])
    #expect(try found("0x58400000 0x1000") == [])
    #expect(try found("0x50000800 0x1000") == ["region-not-page-aligned"])
  }

  @Test(arguments: [(64, false), (66, true)])
  func moreRegionsThanTheTableHas(_ number: Int, _ fires: Bool) throws {
    let many = (0..<number).map { index in
      let base = String(0x5000_0000 + index * 0x2000, radix: 16)
      return "r@\(base) { no-map; reg = <0 0x\(base) 0 0x1000>; };"
    }
    let tree = try Fixtures.tree(text: Self.source(Self.regions(many.joined(separator: " "))))
    #expect(try findings(tree).contains { $0.rule == "too-many-regions" } == fires)
  }
}
