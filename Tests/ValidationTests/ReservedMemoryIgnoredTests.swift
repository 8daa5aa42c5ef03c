import Diagnostics
import Testing
import Validation

@Suite struct ReservedMemoryIgnoredTests {
  @Test func withoutRangesEverythingIsLost() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", .fixed(0x5600_0000, 0x100_0000, "no-map"))
      try $0.remove("/reserved-memory", "ranges")
    }
    let found = try findings(tree)
    #expect(found.map(\.rule) == ["reserved-memory-ignored"])
    #expect(found.first?.message.contains("`ranges` is missing") == true)
    #expect(found.first?.help == "write `ranges;` there")
  }

  @Test func otherCellsThanTheRoot() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", .fixed(0x5600_0000, 0x100_0000, "no-map"))
      try $0.set("/reserved-memory", "#size-cells", .cells([1]))
    }
    let finding = try #require(try findings(tree).of("reserved-memory-ignored").first)
    #expect(finding.marked == "<0x1>")
    #expect(finding.related.count == 1)
  }

  @Test func nothingIsLostOfAnEmptyOne() throws {
    let tree = try TreeText.board {
      try $0.reservedMemory()
      try $0.remove("/reserved-memory", "ranges")
    }
    #expect(try findings(tree).isEmpty)
  }
}
