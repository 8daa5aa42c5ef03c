import Diagnostics
import Testing
import Validation

@Suite struct BaseMisalignedTests {
  private func policy(_ base: String) -> String {
    quirk("pools: {camera: {kind: cma, size: 32MiB, base: \(base)}}")
  }

  @Test func insideAPageBlock() throws {
    let found = try findings(TreeText.board(), policy: policy("0x5010_0000"))
    let finding = try #require(found.of("base-misaligned").first)
    #expect(finding.help == "write `base: 0x5000_0000` or `base: 0x5020_0000`")
    #expect(found.of("no-room").isEmpty)
  }

  @Test func aMultiple() throws {
    let found = try findings(TreeText.board(), policy: policy("0x5020_0000"))
    #expect(found.of("base-misaligned").isEmpty)
  }
}
