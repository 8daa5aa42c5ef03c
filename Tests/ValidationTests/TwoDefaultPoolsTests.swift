import Diagnostics
import Testing
import Validation

@Suite struct TwoDefaultPoolsTests {
  @Test func theLastOneWins() throws {
    let tree = try TreeText.board {
      try $0.region(
        "a@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
      try $0.region(
        "b@60000000",
        .fixed(0x6000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
    }
    let finding = try #require(try findings(tree).of("two-default-pools").first)
    #expect(finding.path == "/reserved-memory/a@50000000")
    #expect(finding.related.first?.text == "the one that Linux sets up last")
  }

  @Test func oneOfTwo() throws {
    let tree = try TreeText.board {
      try $0.region(
        "a@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
      try $0.region("b@60000000", .fixed(0x6000_0000, 0x400_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("two-default-pools").isEmpty)
  }
}
