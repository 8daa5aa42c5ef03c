import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct PoolOutOfReachTests {
  private func tree(pool base: UInt32) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "pool@\(String(base, radix: 16))",
        .fixed(base, 0x200_0000, "pool", "no-map") + [("phandle", .cells([7]))]
      )
      try $0.bus("/soc", windows: [0, 0, 0x4000_0000, 0x1000_0000])
      try $0.node("/soc/isp", [("memory-region", .cells([7]))])
    }
  }

  @Test func aboveTheWindowOfTheBus() throws {
    let finding = try #require(
      try findings(tree(pool: 0x6000_0000)).of("pool-out-of-reach").first
    )
    #expect(finding.related.first?.text == "the bus reaches 0x4000_0000..<0x5000_0000")
  }

  @Test func insideTheWindow() throws {
    #expect(try findings(tree(pool: 0x4800_0000)).of("pool-out-of-reach").isEmpty)
  }

  @Test func aBaseOfPolicy() throws {
    let tree = try TreeText.board { try $0.node("/isp") }
    let found = try findings(
      tree,
      policy: quirk(
        "devices: {isp: {match: {path: /isp}, reach: ram.start..+256MiB, pools: [camera]}}\n"
          + "pools: {camera: {kind: cma, size: 32MiB, base: 0x6000_0000}}"
      )
    )
    let finding = try #require(found.of("pool-out-of-reach").first)
    #expect(finding.primary.text == "starts 256 MiB above its reach")
    #expect(finding.help?.contains("0x4e00_0000") == true)
  }

  @Test func aBaseOfPolicyWhereAnotherRegionHasNoRoom() throws {
    let tree = try TreeText.board { try $0.node("/isp") }
    let found = try findings(
      tree,
      policy: quirk(
        "devices: {isp: {match: {path: /isp}, reach: ram.start..+256MiB, pools: [camera]}}\n"
          + "pools: {camera: {kind: cma, size: 32MiB, base: 0x6000_0000}, "
          + "huge: {kind: cma, size: 2GiB}}"
      )
    )
    #expect(found.of("pool-out-of-reach").count == 1)
    #expect(found.of("no-room").count == 1)
  }
}
