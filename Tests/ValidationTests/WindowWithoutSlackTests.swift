import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WindowWithoutSlackTests {
  private func tree(window base: UInt32, _ length: UInt32, size: UInt32 = 0x400_0000) throws
    -> DeviceTree
  {
    try TreeText.board {
      try $0.region(
        "pool",
        .dynamic(size, "pool", "no-map") + [("alloc-ranges", .cells([0, base, 0, length]))]
      )
    }
  }

  @Test func asBigAsTheRegion() throws {
    #expect(
      try findings(tree(window: 0x5000_0000, 0x400_0000)).of("window-without-slack").count == 1
    )
  }

  @Test func bigger() throws {
    #expect(try findings(tree(window: 0x5000_0000, 0x500_0000)).of("window-without-slack").isEmpty)
  }
}
