import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct CarveoutWithoutUserTests {
  private func tree(named: Bool) throws -> DeviceTree {
    try TreeText.board {
      try $0.region(
        "dsp@50000000",
        .fixed(0x5000_0000, 0x40_0000, "no-map") + [("phandle", .cells([7]))]
      )
      try $0.node("/dsp", named ? [("memory-region", .cells([7]))] : [])
    }
  }

  @Test func nobodyNamesIt() throws {
    #expect(try findings(tree(named: false)).of("carveout-without-user").map(\.severity) == [.note])
  }

  @Test func aDeviceNamesIt() throws {
    #expect(try findings(tree(named: true)).of("carveout-without-user").isEmpty)
  }
}
