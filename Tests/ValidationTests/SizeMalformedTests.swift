import Diagnostics
import Testing
import Validation

@Suite struct SizeMalformedTests {
  @Test func oneCellWhereTheRootHasTwo() throws {
    let tree = try TreeText.board {
      try $0.region("pool", [("size", .cells([0x40_0000])), ("no-map", .flag)])
    }
    let found = try findings(tree)
    #expect(found.map(\.rule) == ["size-malformed"])
    #expect(found.first?.help == "write `size = <0x0 0x400000>;`")
  }

  @Test func asManyAsTheRoot() throws {
    let tree = try TreeText.board { try $0.region("pool", .dynamic(0x40_0000, "no-map", "pool")) }
    #expect(try findings(tree).of("size-malformed").isEmpty)
  }
}
