import Diagnostics
import Testing
import Validation

@Suite struct NotAPoolTests {
  @Test func onlyTheName() throws {
    let tree = try TreeText.board {
      try $0.region("linux,cma@50000000", .fixed(0x5000_0000, 0x40_0000))
    }
    #expect(try findings(tree).of("not-a-pool").map(\.severity) == [.warning])
  }

  @Test func aCMAArea() throws {
    let tree = try TreeText.board {
      try $0.region("linux,cma@50000000", .fixed(0x5000_0000, 0x40_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("not-a-pool").isEmpty)
  }
}
