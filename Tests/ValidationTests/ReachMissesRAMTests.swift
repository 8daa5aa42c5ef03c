import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct ReachMissesRAMTests {
  private func tree(_ length: UInt32) throws -> DeviceTree {
    try TreeText.board { try $0.bus("/soc", windows: [0, 0, 0x4000_0000, length]) }
  }

  @Test func halfOfRAM() throws {
    let found = try findings(tree(0x2000_0000)).of("reach-misses-ram")
    #expect(found.first?.message == "devices behind `/soc` do not reach 512 MiB of RAM")
  }

  @Test func allOfRAM() throws {
    #expect(try findings(tree(0x4000_0000)).of("reach-misses-ram").isEmpty)
  }
}
