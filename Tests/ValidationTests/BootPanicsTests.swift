import Diagnostics
import Testing
import Validation

@Suite struct BootPanicsTests {
  /// A fixed `cma=` is not held against holes: the kernel touches pages that do not exist.
  @Test func anAreaInAHole() throws {
    let banks: [(UInt32, UInt32)] = [(0x4000_0000, 0x2000_0000), (0x8000_0000, 0x2000_0000)]
    let tree = try TreeText.board(ram: banks) {
      try $0.node("/chosen", [("bootargs", .strings(["cma=64M@0x68000000"]))])
    }
    let found = try findings(tree).of("boot-panics")
    #expect(found.map(\.severity) == [.error])
    #expect(found.first?.message.contains("dies at boot") == true)
  }

  @Test func anOrdinaryBoard() throws {
    #expect(try findings(TreeText.board()).of("boot-panics").isEmpty)
  }
}
