import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct RegionUnplaceableTests {
  private func tree(size: UInt32) throws -> DeviceTree {
    try TreeText.board(ram: [(0x4000_0000, 0x2000_0000)]) {
      try $0.region("tee@50000000", .fixed(0x5000_0000, 0x100_0000, "no-map"))
      try $0.region("pool", .dynamic(size, "pool", "reusable"))
    }
  }

  @Test func aFirmwareRegionSplitsTheMemory() throws {
    let finding = try #require(
      try findings(tree(size: 0x1000_0000)).of("region-unplaceable").first
    )
    #expect(finding.related.contains { $0.text.hasPrefix("in the way") })
    #expect(
      finding.notes.last?.contains("failed to allocate memory for node 'pool': size 256 MiB")
        == true
    )
    #expect(finding.help?.hasPrefix("make it at most ") == true)
  }

  @Test func aSmallerOneFits() throws {
    #expect(try findings(tree(size: 0x400_0000)).of("region-unplaceable").isEmpty)
  }
}
