import Diagnostics
import Testing
import Validation

@Suite struct MemoryNodeIgnoredTests {
  @Test func withoutDeviceType() throws {
    let tree = try TreeText.board { try $0.remove("/memory@40000000", "device_type") }
    #expect(try findings(tree).of("memory-node-ignored").map(\.severity) == [.error])
  }

  @Test func withDeviceType() throws {
    #expect(try findings(TreeText.board()).of("memory-node-ignored").isEmpty)
  }
}
