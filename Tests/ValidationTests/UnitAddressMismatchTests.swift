import Diagnostics
import Testing
import Validation

@Suite struct UnitAddressMismatchTests {
  @Test func anotherAddress() throws {
    let tree = try TreeText.board {
      try $0.region("memory@400000", .fixed(0x50c5_0000, 0x1_0000, "no-map"))
    }
    let found = try findings(tree).of("unit-address-mismatch")
    #expect(found.first?.help == "name it `memory@50c50000`")
  }

  @Test func theSame() throws {
    let tree = try TreeText.board {
      try $0.region("memory@50c50000", .fixed(0x50c5_0000, 0x1_0000, "no-map"))
    }
    #expect(try findings(tree).of("unit-address-mismatch").isEmpty)
  }
}
