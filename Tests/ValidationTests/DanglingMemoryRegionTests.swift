import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct DanglingMemoryRegionTests {
  private func tree(naming phandle: UInt32, status: String? = nil) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "tee@56000000",
        .fixed(0x5600_0000, 0x100_0000, "no-map") + [("phandle", .cells([7]))]
      )
      if let status { try $0.set("/reserved-memory/tee@56000000", "status", .strings([status])) }
      try $0.node("/isp", [("memory-region", .cells([phandle])), ("phandle", .cells([9]))])
    }
  }

  @Test func nobodyHasThePhandle() throws {
    let finding = try #require(try findings(tree(naming: 0x99)).of("dangling-memory-region").first)
    #expect(finding.severity == .error)
    #expect(finding.message.contains("no node has phandle 0x99"))
  }

  @Test func aNodeElsewhere() throws {
    let finding = try #require(try findings(tree(naming: 9)).of("dangling-memory-region").first)
    #expect(finding.message.contains("which is no reserved region"))
  }

  @Test func aDisabledRegion() throws {
    let found = try findings(tree(naming: 7, status: "disabled")).of("dangling-memory-region")
    #expect(found.map(\.severity) == [.warning])
  }

  @Test func aRegion() throws {
    #expect(try findings(tree(naming: 7)).of("dangling-memory-region").isEmpty)
  }
}
