import Diagnostics
import Testing
import Validation

@Suite struct RegionNotPageAlignedTests {
  @Test func endsInsideAPage() throws {
    let tree = try TreeText.board {
      try $0.region("a@50000000", .fixed(0x5000_0000, 0x5400, "no-map"))
    }
    let found = try findings(tree).of("region-not-page-aligned")
    #expect(found.map(\.severity) == [.note])
    #expect(found.first?.help == "make it 0x5000_0000..<0x5000_6000: size 0x6000")
  }

  @Test func wholePages() throws {
    let tree = try TreeText.board {
      try $0.region("a@50000000", .fixed(0x5000_0000, 0x6000, "no-map"))
    }
    #expect(try findings(tree).of("region-not-page-aligned").isEmpty)
  }
}
