import Diagnostics
import Testing
import Validation

@Suite struct PoolWithoutFlagTests {
  @Test func neither() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x40_0000, "pool"))
    }
    #expect(try findings(tree).of("pool-without-flag").map(\.severity) == [.warning])
  }

  @Test func noMap() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x40_0000, "pool", "no-map"))
    }
    #expect(try findings(tree).of("pool-without-flag").isEmpty)
  }
}
