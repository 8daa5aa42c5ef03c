import Diagnostics
import Testing
import Validation

@Suite struct BootPanicsTests {
  /// `cma=` is not held against the RAM: the kernel touches pages that do not exist.
  @Test func anAreaOutsideOfRAM() throws {
    let tree = try TreeText.board {
      try $0.node("/chosen", [("bootargs", .strings(["cma=64M@0xb0000000"]))])
    }
    let found = try findings(tree).of("boot-panics")
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.message.contains("dies at boot") == true)
  }

  @Test func anOrdinaryBoard() throws {
    #expect(try findings(TreeText.board()).of("boot-panics").isEmpty)
  }
}
