import DeviceTree
import PhysicalMemory
import Testing

@testable import Layout

@Suite struct CarrierTests {
  private let policy = """
    dmaplan: 1
    name: sample
    why: a test
    match: {compatible: "acme,board"}
    devices: {isp: {match: {compatible: "acme,isp"}}}
    pools: {"linux,cma": {kind: cma, default: true, size: 96MiB}}
    workloads: {w: {streams: {s: {device: isp, buffers: [{size: 1MiB}]}}}}
    """

  /// The node goes, and `cma=` puts the pool where the plan has it: in reach of its user.
  @Test(arguments: [true, false])
  func commandLine(hasPool: Bool) throws {
    let tree = try SampleBoard.tree { if hasPool { try SampleBoard.addPool(&$0) } }
    let choice = LayoutChoice(carrier: .commandLine)
    let compiled = try SampleBoard.compile(tree, policy, choice)
    let layout = try #require(compiled.layout)
    let pool = try #require(layout.defaultRegion)
    #expect(pool.name == "linux,cma" && pool.node == nil && pool.isPlanned)
    #expect(pool.range.size == .mib(96))
    #expect(pool.range.end <= PhysicalAddress(0x6000_0000))
    #expect(pool.users == ["isp"])
    #expect(layout.target.commandLine == "cma=96M@\(pool.range.start.hexadecimal)")
    #expect(compiled.patch?.removed.count == (hasPool ? 1 : 0))
    #expect(compiled.patch?.added == [])
    let byTree = try #require(try SampleBoard.compile(tree, policy).layout?.defaultRegion)
    #expect(byTree.range == pool.range)
  }

  /// The kernel takes the size and chooses the place itself: high in its low memory, here out of
  /// the reach of the pool's user.
  @Test func kernelConfig() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let compiled = try SampleBoard.compile(tree, policy, LayoutChoice(carrier: .kernelConfig))
    let pool = try #require(compiled.layout?.defaultRegion)
    #expect(pool.range.size == .mib(96) && pool.node == nil)
    #expect(pool.range.start > PhysicalAddress(0x7000_0000))
    #expect(compiled.layout?.target.commandLine.isEmpty == true)
  }

  /// `cma=` comes after the kernel's first allocations at the top of RAM, a node before them, so
  /// the place that a node gets is taken: the plan leaves it alone.
  @Test func theCommandLineComesAfterTheKernelsOwnAllocations() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let byTree = try #require(try SampleBoard.compile(tree, "").layout?.defaultRegion)
    let compiled = try SampleBoard.compile(tree, "", LayoutChoice(carrier: .commandLine))
    let pool = try #require(compiled.layout?.defaultRegion)
    #expect(pool.range.size == byTree.range.size)
    #expect(pool.range.end < byTree.range.end)
  }

  /// Linux takes the top of a window; where that is out of reach the window is narrowed.
  @Test func theWindowOfADynamicRegionIsWhatItsUsersReach() throws {
    let text = policy.replacing(
      "size: 96MiB",
      with: "size: 96MiB, form: dynamic, within: 0x4000_0000..0x8000_0000"
    )
    let compiled = try SampleBoard.compile(try SampleBoard.tree(), text)
    let pool = try #require(compiled.layout?.defaultRegion)
    #expect(pool.isDynamic)
    #expect(pool.range.end <= PhysicalAddress(0x6000_0000))
    let windows = compiled.patch?.added.first?.properties.first { $0.name == "alloc-ranges" }
    #expect(windows?.value == .cells([0, 0x4000_0000, 0, 0x2000_0000]))
  }

  /// `cma=` that is there already beats node and policy: the pool is not there, and nothing is
  /// planned for it, also where what `cma=` makes lies in the place that the node gave back.
  @Test(arguments: [true, false], ["cma=64M", "cma=96M", "cma=16M"])
  func aPoolThatTheCommandLineBeatsIsNoRegion(hasPool: Bool, word: String) throws {
    let tree = try SampleBoard.tree { tree in
      try tree.addNode("chosen", under: "/")
      try tree.set("bootargs", toStrings: [word], at: "/chosen")
      if hasPool { try SampleBoard.addPool(&tree) }
    }
    for carrier in [DefaultPoolCarrier.deviceTree, .kernelConfig] {
      let compiled = try SampleBoard.compile(tree, policy, LayoutChoice(carrier: carrier))
      let layout = try #require(compiled.layout)
      #expect(layout.regions.map(\.name) == [LayoutRegion.kernelDefaultName])
      #expect(layout.target.commandLine == word)
      #expect(compiled.patch?.added == [] && compiled.patch?.removed.isEmpty == true)
    }
    let last = try SampleBoard.compile(tree, policy, LayoutChoice(carrier: .commandLine))
    #expect(last.layout?.regions.map(\.name) == ["linux,cma"])
  }

  /// A fixed node that `cma=` beats stays in the tree as it is, so nothing else is put there; one
  /// that only policy calls the default is an ordinary area.
  @Test(arguments: [true, false])
  func aFixedNodeBesideTheCommandLine(isMarked: Bool) throws {
    let tree = try SampleBoard.tree { tree in
      try tree.addNode("chosen", under: "/")
      try tree.set("bootargs", toStrings: ["cma=64M"], at: "/chosen")
      try SampleBoard.addPool(&tree)
      let path = "/reserved-memory/mm@50000000"
      try tree.addNode("mm@50000000", under: "/reserved-memory")
      try tree.set("compatible", toStrings: ["shared-dma-pool"], at: path)
      try tree.set("reusable", to: [], at: path)
      if isMarked { try tree.set("linux,cma-default", to: [], at: path) }
      try tree.set("reg", toCells: [0, 0x5000_0000, 0, 0x0400_0000], at: path)
    }
    let policy = """
      dmaplan: 1
      name: sample
      why: a test
      match: {compatible: "acme,board"}
      pools:
        "linux,cma": null
        mm: {kind: cma, default: true, size: 96MiB}
        frames: {kind: cma, size: 32MiB, within: 0x5000_0000..0x5800_0000}
      """
    let compiled = try SampleBoard.compile(tree, policy)
    let layout = try #require(compiled.layout)
    let frames = try #require(layout.region(named: "frames")?.range)
    let node = PhysicalRange(start: PhysicalAddress(0x5000_0000), saturating: .mib(64))
    let own = layout.region(named: "mm")
    if isMarked {
      #expect(own == nil && !frames.overlaps(node))
    } else {
      #expect(own?.range.size == .mib(96) && own?.isDefault == false)
    }
    #expect(layout.defaultRegion?.name == LayoutRegion.kernelDefaultName)
    #expect(layout.regions.count == (isMarked ? 2 : 3))
  }

  /// A default node that policy makes something else is no default area, and nothing beats it.
  @Test func aNodeThatPolicyMakesAnotherKindIsPlannedBesideTheCommandLine() throws {
    let tree = try SampleBoard.tree { tree in
      try tree.addNode("chosen", under: "/")
      try tree.set("bootargs", toStrings: ["cma=64M"], at: "/chosen")
      try SampleBoard.addPool(&tree)
    }
    let text = policy.replacing("kind: cma, default: true", with: "kind: coherent, default: false")
    let layout = try #require(try SampleBoard.compile(tree, text).layout)
    let region = try #require(layout.region(named: "linux,cma"))
    #expect(region.kind.isNoMap && region.range.size == .mib(96) && region.isPlanned)
    #expect(layout.defaultRegion?.name == LayoutRegion.kernelDefaultName)
  }
}
