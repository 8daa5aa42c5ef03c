import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct ReachEmptyTests {
  private func tree() throws -> DeviceTree { try TreeText.board { try $0.node("/isp") } }

  private func policy(_ reach: String) -> String {
    quirk("devices: {isp: {match: {path: /isp}, reach: \(reach)}}")
  }

  @Test func aboveTheMask() throws {
    let found = try findings(tree(), policy: policy("0x1_0000_0000..0x2_0000_0000"))
    #expect(found.of("reach-empty").count == 1)
  }

  @Test func partOfRAM() throws {
    let found = try findings(tree(), policy: policy("ram.start..+256MiB"))
    #expect(found.of("reach-empty").isEmpty)
  }
}
