import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WindowExceedsRAMTests {
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

  @Test func pastTheEnd() throws {
    let found = try findings(tree(window: 0x7000_0000, 0x2000_0000)).of("window-exceeds-ram")
    #expect(found.map(\.severity) == [.note])
  }

  @Test func upToTheEnd() throws {
    #expect(try findings(tree(window: 0x7000_0000, 0x1000_0000)).of("window-exceeds-ram").isEmpty)
  }
}
