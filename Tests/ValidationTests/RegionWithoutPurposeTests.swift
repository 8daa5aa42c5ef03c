import Diagnostics
import Testing
import Validation

@Suite struct RegionWithoutPurposeTests {
  @Test func nobodyCanFindIt() throws {
    let tree = try TreeText.board { try $0.region("linux,cma", .dynamic(0x40_0000)) }
    #expect(try findings(tree).map(\.rule) == ["not-a-pool", "region-without-purpose"])
  }

  @Test func aPool() throws {
    let tree = try TreeText.board {
      try $0.region("spare", .dynamic(0x40_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("region-without-purpose").isEmpty)
  }
}
