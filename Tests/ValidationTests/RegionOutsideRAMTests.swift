import Diagnostics
import Testing
import Validation

@Suite struct RegionOutsideRAMTests {
  @Test func aPoolPastTheEndIsAnErrorAndExplainsThePanic() throws {
    let tree = try TreeText.board {
      try $0.region("pool@7f000000", .fixed(0x7f00_0000, 0x200_0000, "pool", "reusable"))
    }
    let found = try findings(tree)
    let finding = try #require(found.of("region-outside-ram").first)
    #expect(finding.severity == .error)
    #expect(finding.help == "end it with RAM: 0x7f00_0000..<0x8000_0000, 16 MiB, are there")
    #expect(found.of("boot-panics").isEmpty)
  }

  @Test func memoryOfItsOwnIsANote() throws {
    let tree = try TreeText.board {
      try $0.region("sram@900000", .fixed(0x90_0000, 0x7_0000, "no-map"))
    }
    #expect(try findings(tree).of("region-outside-ram").map(\.severity) == [.note])
  }

  @Test func silentWhereNoRAMIsStated() throws {
    let tree = try TreeText.board(ram: []) {
      try $0.region("pool@7f000000", .fixed(0x7f00_0000, 0x200_0000, "pool", "reusable"))
    }
    #expect(try findings(tree).of("region-outside-ram").isEmpty)
  }
}
