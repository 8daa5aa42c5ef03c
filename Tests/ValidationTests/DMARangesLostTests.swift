import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct DMARangesLostTests {
  private func tree(edge: [UInt32]?) throws -> DeviceTree {
    try TreeText.board {
      try $0.bus("/soc", windows: [0, 0, 0x4000_0000, 0x4000_0000])
      try $0.bus("/soc/rproc", windows: edge)
      try $0.bus("/soc/rproc/edge", windows: edge)
      try $0.bus("/soc/rproc/edge/rpc", windows: nil)
      try $0.node("/soc/rproc/edge/rpc/cb", [("iommus", .cells([1]))])
    }
  }

  @Test func aGap() throws {
    let found = try findings(tree(edge: nil)).of("dma-ranges-lost")
    #expect(found.map(\.path) == ["/soc/rproc/edge"])
    #expect(found.first?.severity == .note)
  }

  @Test func noGap() throws { #expect(try findings(tree(edge: [])).of("dma-ranges-lost").isEmpty) }
}
