import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct AttachmentUnprovenTests {
  private func tree() throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "pool@50000000",
        .fixed(0x5000_0000, 0x40_0000, "pool", "no-map") + [("phandle", .cells([7]))]
      )
      try $0.node("/isp", [("compatible", .strings(["test,isp"])), ("memory-region", .cells([7]))])
    }
  }

  private func policy(_ attach: String) -> String {
    quirk("devices: {isp: {match: {compatible: \"test,isp\"}, attach: \(attach)}}")
  }

  @Test func nobodySaysThatTheDriverAttaches() throws {
    let found = try findings(tree(), policy: policy("unknown"))
    #expect(found.of("attachment-unproven").map(\.severity) == [.warning])
  }

  @Test func theCatalogueSays() throws {
    #expect(try findings(tree(), policy: policy("driver")).of("attachment-unproven").isEmpty)
  }

  @Test func aChildThatNoDriverBindsTo() throws {
    let tree = try TreeText.board {
      try $0.region(
        "pool@50000000",
        .fixed(0x5000_0000, 0x40_0000, "pool", "no-map") + [("phandle", .cells([7]))]
      )
      try $0.node("/isp", [("compatible", .strings(["test,isp"]))])
      try $0.node("/isp/zap", [("memory-region", .cells([7]))])
    }
    let unknown = try findings(tree, policy: policy("unknown")).of("attachment-unproven")
    #expect(unknown.map(\.severity) == [.note])
    #expect(try findings(tree, policy: policy("driver")).of("attachment-unproven").isEmpty)
  }

  @Test func silentWithoutLayers() throws {
    #expect(try findings(tree()).of("attachment-unproven").isEmpty)
  }
}
