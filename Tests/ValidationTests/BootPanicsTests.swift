import Diagnostics
import Testing
import Validation

@Suite struct BootPanicsTests {
  @Test func anAreaOverTheKernel() throws {
    let tree = try TreeText.board {
      try $0.region("pool@40000000", .fixed(0x4000_0000, 0x2000_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("boot-panics").first?.message.contains("pool") == true)
  }

  @Test func anOrdinaryBoard() throws {
    #expect(try findings(TreeText.board()).of("boot-panics").isEmpty)
  }
}
