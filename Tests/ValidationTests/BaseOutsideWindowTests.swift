import Diagnostics
import Testing
import Validation

@Suite struct BaseOutsideWindowTests {
  private func policy(_ base: String) -> String {
    quirk(
      "pools: {camera: {kind: cma, size: 32MiB, base: \(base), within: 0x5000_0000..0x6000_0000}}"
    )
  }

  @Test func outside() throws {
    let found = try findings(TreeText.board(), policy: policy("0x6000_0000"))
    #expect(found.of("base-outside-window").count == 1)
  }

  @Test func inside() throws {
    let found = try findings(TreeText.board(), policy: policy("0x5e00_0000"))
    #expect(found.of("base-outside-window").isEmpty)
  }
}
