import DeviceTree
import Diagnostics
import Testing
import Validation

/// What depends on architecture, version and page size.
@Suite struct ArchitectureTests {
  private static func cpu(_ compatible: String, _ more: String = "") -> String {
    "cpus { #address-cells = <1>; #size-cells = <0>; "
      + "cpu@0 { device_type = \"cpu\"; reg = <0>; compatible = \"\(compatible)\"; \(more) }; };"
  }

  private static let cpus = [
    "arm64": cpu("arm,cortex-a53"), "arm": cpu("arm,cortex-a7"),
    "riscv64": cpu("sifive,u74", "riscv,isa = \"rv64imafdc\";"),
  ]

  private func tree(
    _ architecture: String,
    ram: String = "0x0 0x80000000 0x0 0x40000000",
    _ text: String
  ) throws -> DeviceTree {
    try Fixtures.tree(
      text: """
        /dts-v1/;
        / { #address-cells = <2>; #size-cells = <2>; compatible = "test,board";
        \(Self.cpus[architecture] ?? "")
        memory@80000000 { device_type = "memory"; reg = <\(ram)>; };
        reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
        \(text) }; };
        """
    )
  }

  private func severities(_ found: [Diagnostic], _ rule: RuleID) -> [Severity] {
    found.of(rule).map(\.severity)
  }

  /// 2 MiB with huge pages, 4 MiB without, 32 and 512 MiB with bigger pages.
  @Test(arguments: [
    ("4KiB", 0x20_0000, Severity.note), ("4KiB", 0x10_0000, .error), ("16KiB", 0x40_0000, .error),
    ("16KiB", 0x200_0000, .note), ("64KiB", 0x200_0000, .error),
  ])
  func theGranuleOfThePageSize(_ page: String, _ size: Int, _ severity: Severity) throws {
    let area =
      "a { compatible = \"shared-dma-pool\"; reusable; linux,cma-default; "
      + "size = <0 \(size)>; alloc-ranges = <0 0x90000000 0 0x30000000>; };"
    let found = try findings(
      tree("arm64", area),
      policy: quirk("target: {page-size: \(page)}")
    )
    #expect(severities(found, "cma-misaligned") == [severity])
  }

  @Test(arguments: [("arm64", Severity.warning), ("arm", .error), ("riscv64", .warning)])
  func aPoolWithoutFlag(_ architecture: String, _ severity: Severity) throws {
    let pool = "a@90000000 { compatible = \"shared-dma-pool\"; reg = <0 0x90000000 0 0x400000>; };"
    let found = try findings(tree(architecture, pool))
    #expect(severities(found, "pool-without-flag") == [severity])
  }

  @Test(arguments: ["arm64", "arm", "riscv64"], ["6.1", "6.6", "6.12"])
  func whatHoldsEverywhere(_ architecture: String, _ linux: String) throws {
    let found = try findings(
      tree(
        architecture,
        """
        a@90000000 { compatible = "shared-dma-pool"; reusable; no-map; reg = <0 0x90000000 0 0x800000>; };
        b { compatible = "shared-dma-pool"; no-map; size = <0x800000>; };
        c { no-map; size = <0 0x40000000>; };
        d@90800000 { no-map; reg = <0 0x90800000 0>; };
        e@bf800000 { compatible = "shared-dma-pool"; reusable; reg = <0 0xbf800000 0 0x1000000>; };
        """
      ),
      linux: linux
    )
    let errors = Set(found.filter { $0.severity == .error }.map(\.rule.rawValue))
    let expected: Set = [
      "reusable-and-no-map", "size-malformed", "region-unplaceable", "cells-do-not-divide",
      "region-outside-ram",
    ]
    #expect(expected.subtracting(errors).subtracting(["region-unplaceable"]).isEmpty, "\(errors)")
  }

  @Test(arguments: ["arm64", "arm", "riscv64"], ["6.1", "6.12"])
  func aDynamicRegionThatIsTooBig(_ architecture: String, _ linux: String) throws {
    let found = try findings(
      tree(architecture, "c { no-map; size = <0 0x40000000>; };"),
      linux: linux
    )
    #expect(severities(found, "region-unplaceable") == [.error])
  }

  /// 6.12 ends ZONE_DMA where the bus ends from 6.13 on; up to then at a power of two.
  @Test(arguments: [("arm64", true), ("riscv64", false)])
  func aZoneAboveTheWindow(_ architecture: String, _ fires: Bool) throws {
    let text = """
      }; soc { #address-cells = <1>; #size-cells = <1>; ranges;
      dma-ranges = <0x80000000 0x0 0x80000000 0x30000000>;
      """
    let found = try findings(tree(architecture, text), linux: "6.1")
    #expect(found.of("zone-beyond-window").isEmpty == !fires)
  }
}
