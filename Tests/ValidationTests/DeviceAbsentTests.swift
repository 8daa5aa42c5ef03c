import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct DeviceAbsentTests {
  private func tree(status: String = "okay") throws -> DeviceTree {
    try TreeText.board {
      try $0.node("/isp", [("compatible", .strings(["test,isp"])), ("status", .strings([status]))])
    }
  }

  private func policy(_ compatible: String) -> String {
    quirk("devices: {isp: {match: {compatible: \"\(compatible)\"}}}")
  }

  @Test func aSlip() throws {
    let finding = try #require(
      try findings(tree(), policy: policy("test,ips")).of("device-absent").first
    )
    #expect(finding.severity == .error)
    #expect(finding.help == "write `test,isp`")
  }

  @Test func disabledIsANote() throws {
    let found = try findings(tree(status: "disabled"), policy: policy("test,isp"))
    #expect(found.of("device-absent").map(\.severity) == [.note])
  }

  @Test func present() throws {
    #expect(try findings(tree(), policy: policy("test,isp")).of("device-absent").isEmpty)
  }
}
