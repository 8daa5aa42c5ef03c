import Diagnostics
import Testing
import Validation

@Suite struct RegionsOverlapTests {
  @Test func aPoolOverACarveOut() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", .fixed(0x5600_0000, 0x200_0000, "no-map"))
      try $0.region("pool@57000000", .fixed(0x5700_0000, 0x400_0000, "pool", "reusable"))
    }
    let finding = try #require(try findings(tree).of("regions-overlap").first)
    #expect(finding.severity == .error)
    #expect(finding.message == "region `pool` lies on `tee`: they share 16 MiB")
    #expect(finding.primary.text == "0x5700_0000..<0x5b00_0000, 64 MiB")
    #expect(finding.related.first?.text == "0x5600_0000..<0x5800_0000, 32 MiB")
  }

  @Test func aHoleThatIsDescribedTwiceIsANote() throws {
    let tree = try TreeText.board {
      try $0.region("hole@56000000", .fixed(0x5600_0000, 0x200_0000, "no-map"))
      try $0.region("tee@57000000", .fixed(0x5700_0000, 0x10_0000, "no-map"))
    }
    #expect(try findings(tree).of("regions-overlap").map(\.severity) == [.note])
  }

  @Test func anEntryOfMemreserve() throws {
    let tree = try TreeText.board {
      try $0.region("tee@56000000", .fixed(0x5600_0000, 0x200_0000, "no-map"))
      try $0.reserve(0x5600_0000, 0x1000)
    }
    let finding = try #require(try findings(tree).of("regions-overlap").first)
    #expect(finding.severity == .error)
    #expect(finding.notes.first?.contains("failed to reserve memory for node") == true)
  }

  @Test func neighboursDoNotOverlap() throws {
    let tree = try TreeText.board {
      try $0.region("a@56000000", .fixed(0x5600_0000, 0x200_0000, "no-map"))
      try $0.region("b@58000000", .fixed(0x5800_0000, 0x200_0000, "no-map"))
    }
    #expect(try findings(tree).of("regions-overlap").isEmpty)
  }

  @Test func aBaseOfPolicyOverACarveOut() throws {
    let tree = try TreeText.board {
      try $0.region("optee@56000000", .fixed(0x5600_0000, 0x200_0000, "no-map"))
    }
    let found = try findings(
      tree,
      policy: quirk("carve-outs: {dsp: {kind: carveout, size: 16MiB, base: 0x5700_0000}}")
    )
    let finding = try #require(found.of("regions-overlap").first)
    #expect(found.of("no-room").isEmpty)
    #expect(finding.help == "write `base: 0x5800_0000`, the nearest free place of that size")
  }
}
