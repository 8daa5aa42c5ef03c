import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WindowTooSmallTests {
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

  @Test func smallerThanTheRegion() throws {
    let found = try findings(tree(window: 0x5000_0000, 0x100_0000))
    #expect(found.of("region-unplaceable").first?.help?.hasPrefix("make it at most 16 MiB") == true)
  }

  @Test func asBigAsTheRegion() throws {
    #expect(try findings(tree(window: 0x5000_0000, 0x400_0000)).of("region-unplaceable").isEmpty)
  }
}
