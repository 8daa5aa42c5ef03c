import Diagnostics
import Testing
import Validation

@Suite struct DefaultPoolNotReusableTests {
  @Test func aCoherentPool() throws {
    let tree = try TreeText.board {
      try $0.region(
        "a@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "no-map", "linux,cma-default")
      )
    }
    let finding = try #require(try findings(tree).of("default-pool-not-reusable").first)
    #expect(finding.help == "write `reusable;` instead of `no-map;`")
  }

  @Test func aCMAArea() throws {
    let tree = try TreeText.board {
      try $0.region(
        "a@50000000",
        .fixed(0x5000_0000, 0x400_0000, "pool", "reusable", "linux,cma-default")
      )
    }
    #expect(try findings(tree).of("default-pool-not-reusable").isEmpty)
  }
}
