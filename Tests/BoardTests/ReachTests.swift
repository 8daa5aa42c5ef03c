import Board
import DeviceTree
import PhysicalMemory
import Testing

@Suite struct ReachTests {
  /// A bus whose first GiB of RAM is seen at bus 0xc000_0000, as on Raspberry Pi 4.
  private func tree(dmaRanges: [UInt32]?, inner: [UInt32]? = nil) throws -> DeviceTree {
    var editor = try BlobEditor()
    for path in ["/", "/soc", "/soc/bus"] {
      if path == "/soc" { try editor.addNode("soc", under: "/") }
      if path == "/soc/bus" { try editor.addNode("bus", under: "/soc") }
      try editor.set("#address-cells", toCells: [path == "/" ? 2 : 1], at: path)
      try editor.set("#size-cells", toCells: [1], at: path)
    }
    if let dmaRanges { try editor.set("dma-ranges", toCells: dmaRanges, at: "/soc") }
    if let inner { try editor.set("dma-ranges", toCells: inner, at: "/soc/bus") }
    try editor.addNode("isp", under: "/soc")
    try editor.addNode("deep", under: "/soc/bus")
    return try editor.tree()
  }

  @Test func offsetWindow() throws {
    let tree = try tree(dmaRanges: [0xc000_0000, 0, 0, 0x4000_0000])
    let isp = try #require(tree.node(atPath: "/soc/isp"))
    let reach = DMAReach(mapping: isp.dmaMapping, maskBits: 32)
    #expect(reach.physical.description == "{0x0..<0x4000_0000}")
    #expect(reach.busAddress(of: PhysicalAddress(0x1000)) == BusAddress(0xc000_1000))
    #expect(reach.busAddress(of: PhysicalAddress(0x4000_0000)) == nil)
  }

  /// The mask is a limit on bus addresses: 31 bits end below the window.
  @Test func maskBelowTheWindowReachesNothing() throws {
    let tree = try tree(dmaRanges: [0xc000_0000, 0, 0, 0x4000_0000])
    let isp = try #require(tree.node(atPath: "/soc/isp"))
    #expect(DMAReach(mapping: isp.dmaMapping, maskBits: 31).physical.isEmpty)
  }

  @Test func withoutWindowsOnlyTheMaskLimits() throws {
    let isp = try #require(try tree(dmaRanges: nil).node(atPath: "/soc/isp"))
    #expect(
      DMAReach(mapping: isp.dmaMapping, maskBits: 32).physical.description
        == "{0x0..<0x1_0000_0000}"
    )
    #expect(DMAReach(mapping: isp.dmaMapping, maskBits: 64).physical == RegionSet([.all]))
  }

  /// The nearest bus may say nothing; the next one up holds.
  @Test func theNearestBusMayLackWindows() throws {
    let tree = try tree(dmaRanges: [0xc000_0000, 0, 0, 0x4000_0000])
    let deep = try #require(tree.node(atPath: "/soc/bus/deep"))
    #expect(deep.dmaMapping.windows.count == 1)
  }

  /// An empty dma-ranges below a bus that says nothing ends the walk without an answer.
  @Test func anEmptyPropertyBelowAMissingOneBreaksTheChain() throws {
    let tree = try tree(dmaRanges: nil, inner: [])
    let deep = try #require(tree.node(atPath: "/soc/bus/deep"))
    guard case .chainBroken(let below) = deep.dmaMapping else {
      Issue.record("the chain is broken, not \(deep.dmaMapping)")
      return
    }
    #expect(below.path == "/soc/bus")
  }
}
