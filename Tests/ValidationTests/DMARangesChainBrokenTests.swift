import DeviceTree
import Diagnostics
import Testing
import Validation

@Suite struct DMARangesChainBrokenTests {
  private func tree(outer: [UInt32]?) throws -> DeviceTree {
    try TreeText.board {
      try $0.bus("/bus", windows: outer)
      try $0.bus("/bus/inner", windows: [])
    }
  }

  @Test func anEmptyOneBelowNone() throws {
    let found = try findings(tree(outer: nil)).of("dma-ranges-chain-broken")
    #expect(found.map(\.path) == ["/bus/inner"])
  }

  @Test func anEmptyOneBelowAnEmptyOne() throws {
    #expect(try findings(tree(outer: [])).of("dma-ranges-chain-broken").isEmpty)
  }
}
