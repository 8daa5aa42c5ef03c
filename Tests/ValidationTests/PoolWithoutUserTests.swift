import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct PoolWithoutUserTests {
  private func tree(named: Bool) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "pool@50000000",
        .fixed(0x5000_0000, 0x40_0000, "pool", "no-map") + [("phandle", .cells([7]))]
      )
      try $0.node("/isp", named ? [("memory-region", .cells([7]))] : [])
    }
  }

  @Test func nobodyNamesIt() throws {
    #expect(try findings(tree(named: false)).of("pool-without-user").map(\.severity) == [.note])
  }

  @Test func aDeviceNamesIt() throws {
    #expect(try findings(tree(named: true)).of("pool-without-user").isEmpty)
  }
}
