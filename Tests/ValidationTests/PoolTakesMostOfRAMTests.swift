import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct PoolTakesMostOfRAMTests {
  private func tree(_ size: UInt32) throws -> DeviceTree {
    try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, size, "pool", "reusable"))
    }
  }

  @Test func moreThanHalf() throws {
    let found = try findings(tree(0x2800_0000)).of("pool-takes-most-of-ram")
    #expect(found.first?.help == "make it at most 512 MiB")
  }

  @Test func half() throws {
    #expect(try findings(tree(0x2000_0000)).of("pool-takes-most-of-ram").isEmpty)
  }
}
