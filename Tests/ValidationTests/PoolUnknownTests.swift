import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct PoolUnknownTests {
  private func policy(_ pool: String) -> String {
    quirk(
      "devices: {isp: {match: {path: /isp}, pools: [\(pool)]}}\n"
        + "pools: {camera: {kind: cma, size: 32MiB}}"
    )
  }

  private func tree() throws -> DeviceTree { try TreeText.board { try $0.node("/isp") } }

  @Test func aSlip() throws {
    let finding = try #require(
      try findings(tree(), policy: policy("camrea")).of("pool-unknown").first
    )
    #expect(finding.help == "write `camera`")
  }

  @Test func theRightName() throws {
    #expect(try findings(tree(), policy: policy("camera")).of("pool-unknown").isEmpty)
  }
}
