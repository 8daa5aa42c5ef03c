import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WindowOutsideRAMTests {
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

  @Test func outside() throws {
    let found = try findings(tree(window: 0x9000_0000, 0x1000_0000))
    #expect(found.of("region-unplaceable").count == 1)
    #expect(found.of("region-unplaceable").isEmpty)
  }

  @Test func inside() throws {
    #expect(try findings(tree(window: 0x5000_0000, 0x500_0000)).of("region-unplaceable").isEmpty)
  }
}
