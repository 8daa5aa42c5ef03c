import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct TooManyRegionsTests {
  private func tree(_ pools: Int) throws -> DeviceTree {
    try TreeText.board {
      for number in 0..<UInt32(pools) {
        try $0.region(
          "pool@\(String(0x5000_0000 + number * 0x100_0000, radix: 16))",
          .fixed(0x5000_0000 + number * 0x100_0000, 0x40_0000, "pool", "reusable")
        )
      }
    }
  }

  @Test func moreAreasThanSlots() throws {
    let found = try findings(tree(20)).of("too-many-regions")
    #expect(found.first?.notes.first?.contains("Not enough slots") == true)
  }

  @Test func fewAreas() throws {
    #expect(try findings(tree(3)).of("too-many-regions").isEmpty)
  }
}
