import Diagnostics
import Testing
import Validation

@Suite struct CMAMisalignedTests {
  @Test func aSizeThatIsNoMultiple() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x30_0000, "pool", "reusable"))
    }
    let finding = try #require(try findings(tree).of("cma-misaligned").first)
    #expect(finding.severity == .error)
    #expect(finding.message.contains("size 3 MiB is no multiple of 2 MiB"))
    #expect(finding.help == "use base 0x5000_0000 and size 4 MiB (0x400000)")
  }

  @Test func onlyBiggerPagesWouldRefuseIt() throws {
    let tree = try TreeText.board {
      try $0.region("pool@50000000", .fixed(0x5000_0000, 0x40_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("cma-misaligned").map(\.severity) == [.note])
  }

  @Test func aMultipleOfAllGranules() throws {
    let tree = try TreeText.board {
      try $0.region("pool@40000000", .fixed(0x6000_0000, 0x2000_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("cma-misaligned").isEmpty)
  }
}
