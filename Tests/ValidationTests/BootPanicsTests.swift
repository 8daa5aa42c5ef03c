import Diagnostics
import Testing
import Validation

@Suite struct BootPanicsTests {
  @Test func poolsThatTakeEverything() throws {
    let tree = try TreeText.board(ram: [(0x4000_0000, 0x400_0000)]) {
      try $0.region("tee@40000000", .fixed(0x4000_0000, 0x3f0_0000))
    }
    let found = try findings(tree).of("boot-panics")
    #expect(found.count == 1)
  }

  @Test func anOrdinaryBoard() throws {
    #expect(try findings(TreeText.board()).of("boot-panics").isEmpty)
  }
}
