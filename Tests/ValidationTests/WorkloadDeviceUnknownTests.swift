import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct WorkloadDeviceUnknownTests {
  private func policy(_ device: String) -> String {
    quirk(
      "devices: {isp: {match: {path: /isp}}}\n"
        + "workloads: {still: {streams: {one: {device: \(device), buffers: [{size: 1MiB}]}}}}"
    )
  }

  private func tree() throws -> DeviceTree { try TreeText.board { try $0.node("/isp") } }

  @Test func aSlip() throws {
    let finding = try #require(
      try findings(tree(), policy: policy("ips")).of("workload-device-unknown").first
    )
    #expect(finding.help == "write `isp`")
  }

  @Test func theRightName() throws {
    #expect(try findings(tree(), policy: policy("isp")).of("workload-device-unknown").isEmpty)
  }
}
