import Diagnostics
import Testing
import Validation

@Suite struct ReusableAndNoMapTests {
  @Test func both() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x40_0000, "pool", "reusable", "no-map"))
    }
    let finding = try #require(try findings(tree).of("reusable-and-no-map").first)
    #expect(finding.marked == "reusable")
    #expect(finding.related.first?.text == "the kernel must not map it")
  }

  @Test func oneOfThem() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x40_0000, "pool", "no-map"))
    }
    #expect(try findings(tree).of("reusable-and-no-map").isEmpty)
  }
}
