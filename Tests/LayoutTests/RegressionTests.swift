import DeviceTree
import LinuxBoot
import PhysicalMemory
import Policy
import Testing

@testable import Layout

/// Each was a bug once.
@Suite struct RegressionTests {
  private let quirk = """
    dmaplan: 1
    name: sample
    why: a test
    match: {compatible: "acme,board"}
    devices: {isp: {match: {compatible: "acme,isp"}, pools: [POOLS]}}
    workloads: {w: {streams: {s: {device: isp, buffers: [{size: 1MiB}]}}, background: {anonymous: 50%}}}
    """

  private func tree(bootargs: String? = nil) throws -> DeviceTree {
    try SampleBoard.tree { editor in
      try SampleBoard.addPool(&editor)
      try editor.addNode("fw@50000000", under: "/reserved-memory")
      let path = "/reserved-memory/fw@50000000"
      try editor.set("reg", toCells: [0, 0x5000_0000, 0, 0x10_0000], at: path)
      try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path)
      try editor.set("no-map", to: [], at: path)
      try editor.set("phandle", toCells: [3], at: path)
      try editor.set("memory-region", toCells: [3], at: "/soc/isp")
      guard let bootargs else { return }
      try editor.addNode("chosen", under: "/")
      try editor.set("bootargs", toStrings: [bootargs], at: "/chosen")
    }
  }

  /// A list of pools that names one of the tree and a new one loses neither.
  @Test func referencesKeepTheTreesOwnPools() throws {
    let tree = try tree()
    let policy =
      quirk.replacing("POOLS", with: "fw, extra")
      + "\npools: {extra: {kind: coherent, size: 1MiB}}"
    let compiled = try SampleBoard.compile(tree, policy)
    let patched = try #require(compiled.patch).applied(to: tree)
    let cells = try #require(patched.node(atPath: "/soc/isp")?.property("memory-region")?.cells)
    #expect(cells.count == 2)
    #expect(cells.first == 3)
    #expect(patched.node(phandle: try #require(cells.last))?.baseName == "extra")
  }

  /// `cma=` bypasses the tree's default pool; its users are then served by the new default area.
  @Test func usersOfABypassedPoolUseTheDefaultArea() throws {
    let policy = quirk.replacing("POOLS", with: "\"linux,cma\"")
    let compiled = try SampleBoard.compile(tree(bootargs: "cma=32M"), policy)
    let layout = try #require(compiled.layout)
    let area = try #require(layout.defaultRegion)
    #expect(area.range.size == .mib(32))
    #expect(layout.devices.first { $0.name == "isp" }?.pools == [area.name])
  }

  /// A pool that the kernel does not make is no pool of the layout's devices either: such a layout
  /// could not be read back.
  @Test func aKernelWithoutCMAGivesNobodyAPool() throws {
    let policy =
      quirk.replacing("POOLS", with: "frames")
      + "\npools: {frames: {kind: cma, size: 4MiB}}"
    let config = "CONFIG_ARM64=y\nCONFIG_CMA=y\n# CONFIG_DMA_CMA is not set\n"
    let layout = try #require(SampleBoard.compile(tree(), policy, config: config).layout)
    #expect(layout.region(named: "frames") == nil)
    #expect(layout.devices.first { $0.name == "isp" }?.pools == [])
  }

  /// Shares of RAM are shares of what `mem=` has left.
  @Test func sharesAreOfTheMemoryThatIsLeft() throws {
    let policy = quirk.replacing("POOLS", with: "fw")
    let compiled = try SampleBoard.compile(tree(bootargs: "mem=512M"), policy)
    let workload = try #require(compiled.layout?.workloads.first)
    #expect(workload.background[.anonymous] == .mib(256))
  }

  /// Making a fixed pool of the tree the default is a change.
  @Test func aFixedPoolBecomesTheDefault() throws {
    let tree = try SampleBoard.tree { editor in
      try SampleBoard.addPool(&editor)
      try editor.removeNode("/reserved-memory/linux,cma")
      try editor.addNode("foo@50000000", under: "/reserved-memory")
      let path = "/reserved-memory/foo@50000000"
      try editor.set("reg", toCells: [0, 0x5000_0000, 0, 0x0400_0000], at: path)
      try editor.set("compatible", toStrings: ["shared-dma-pool"], at: path)
      try editor.set("reusable", to: [], at: path)
    }
    let compiled = try SampleBoard.compile(
      tree,
      """
      dmaplan: 1
      name: d
      why: a test
      match: {any: true}
      pools: {foo: {default: true}}
      """
    )
    let region = try #require(compiled.layout?.region(named: "foo"))
    #expect(region.isDefault && region.isPlanned)
    #expect(region.range.start == PhysicalAddress(0x5000_0000))
  }

  /// Since 6.12.13 arm makes its own area before it sets a fixed default pool up.
  @Test func aBiggerDefaultPoolAddsNoSecondAreaOnArm() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let compiled = try SampleBoard.compile(
      tree,
      """
      dmaplan: 1
      name: d
      why: a test
      match: {any: true}
      target: {linux: "6.12", arch: arm, default-cma: 64MiB}
      pools: {"linux,cma": {size: 128MiB}}
      """,
      linux: nil
    )
    let areas = try #require(compiled.layout).regions.filter { $0.kind == .cma }
    #expect(areas.map(\.range.size) == [.mib(128)])
  }
}
