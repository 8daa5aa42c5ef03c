import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct BufferExceedsPoolTests {
  private func policy(_ size: String, count: Int) -> String {
    quirk(
      "devices: {isp: {match: {path: /isp}, pools: [camera]}}\n"
        + "pools: {camera: {kind: cma, size: 32MiB}}\n"
        + "workloads: {still: {streams: {one: {device: isp, "
        + "buffers: [{name: picture, size: \(size), count: \(count)}]}}}}"
    )
  }

  private func tree() throws -> DeviceTree { try TreeText.board { try $0.node("/isp") } }

  @Test func oneBuffer() throws {
    let finding = try #require(
      try findings(tree(), policy: policy("33MiB", count: 1)).of("buffer-exceeds-pool").first
    )
    #expect(finding.message == "buffer `picture` of 33 MiB never fits pool `camera`")
    #expect(finding.help == "make pool `camera` at least 34 MiB")
  }

  @Test func allOfThem() throws {
    let found = try findings(tree(), policy: policy("8MiB", count: 5)).of("buffer-exceeds-pool")
    #expect(found.first?.message.contains("take 40 MiB") == true)
  }

  @Test func exactlyFull() throws {
    #expect(
      try findings(tree(), policy: policy("8MiB", count: 4)).of("buffer-exceeds-pool").isEmpty
    )
  }
}
