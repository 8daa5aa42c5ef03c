import Diagnostics
import Testing
import Validation

@Suite struct CellsDoNotDivideTests {
  @Test func threeCellsOfFour() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", [("reg", .cells([0, 0x5600_0000, 0x1000]))])
    }
    let finding = try #require(try findings(tree).of("cells-do-not-divide").first)
    #expect(finding.primary.text == "3 cells, but an entry is 2 address cells + 2 size cells")
    #expect(finding.related.count == 2)
  }

  @Test func anAlignmentOfTheWrongWidth() throws {
    let tree = try TreeText.board {
      try $0.region(
        "pool",
        .dynamic(0x40_0000, "no-map", "pool") + [("alignment", .cells([0x40_0000]))]
      )
    }
    #expect(try findings(tree).of("cells-do-not-divide").count == 1)
  }

  @Test func wholeEntries() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", .fixed(0x5600_0000, 0x1000, "no-map"))
    }
    #expect(try findings(tree).of("cells-do-not-divide").isEmpty)
  }
}
