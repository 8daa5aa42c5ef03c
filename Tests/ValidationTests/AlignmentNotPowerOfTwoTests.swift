import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct AlignmentNotPowerOfTwoTests {
  private func tree(_ alignment: UInt32) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "pool",
        .dynamic(0x40_0000, "pool", "no-map") + [("alignment", .cells([0, alignment]))]
      )
    }
  }

  @Test func threeMiB() throws {
    let finding = try #require(
      try findings(tree(0x30_0000)).of("alignment-not-power-of-two").first
    )
    #expect(finding.help == "write `alignment = <0x400000>;`")
  }

  @Test func fourMiB() throws {
    #expect(try findings(tree(0x40_0000)).of("alignment-not-power-of-two").isEmpty)
  }

  @Test func inPolicy() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {video: {kind: cma, size: 64MiB, align: 3MiB}}")
    )
    #expect(found.of("alignment-not-power-of-two").first?.help == "write `align: 4MiB`")
  }
}
