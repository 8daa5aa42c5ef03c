import Diagnostics
import Testing
import Validation

@Suite struct NoRoomTests {
  @Test func twoPoolsInAWindowForOne() throws {
    let window = "within: 0x5000_0000..0x5600_0000"
    let found = try findings(
      TreeText.board(),
      policy: quirk(
        "pools: {a: {kind: cma, size: 64MiB, \(window)}, b: {kind: cma, size: 64MiB, \(window)}}"
      )
    )
    let finding = try #require(found.of("no-room").first)
    #expect(finding.message == "2 regions need 128 MiB of a window that has 96 MiB free")
    #expect(finding.help?.contains("make `") == true)
  }

  @Test func oneOfThem() throws {
    let found = try findings(
      TreeText.board(),
      policy: quirk("pools: {a: {kind: cma, size: 64MiB, within: 0x5000_0000..0x5600_0000}}")
    )
    #expect(found.of("no-room").isEmpty)
  }
}
