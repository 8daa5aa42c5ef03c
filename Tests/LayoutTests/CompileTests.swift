import DeviceTree
import LinuxBoot
import PhysicalMemory
import Planner
import Policy
import Testing

@testable import Layout

@Suite struct CompileTests {
  private let quirk = """
    dmaplan: 1
    name: sample
    why: a test
    match: {compatible: "acme,board"}
    """

  @Test func whatLinuxDoesAnywayNeedsNoPatch() throws {
    let compiled = try SampleBoard.compile(SampleBoard.tree(SampleBoard.addPool), "")
    #expect(compiled.patch?.isEmpty == true)
    let region = try #require(compiled.layout?.region(named: "linux,cma"))
    #expect(region.range.description == "0x7c00_0000..<0x8000_0000")
    #expect(region.isDefault)
  }

  /// Linux puts the pool at the top of RAM; the device that needs it reaches the lower half.
  @Test func aPoolOutOfReachIsMoved() throws {
    let compiled = try SampleBoard.compile(
      SampleBoard.tree(SampleBoard.addPool),
      quirk + """

        devices: {isp: {match: {compatible: "acme,isp"}}}
        workloads: {w: {streams: {s: {device: isp, buffers: [{size: 1MiB}]}}}}
        """
    )
    let region = try #require(compiled.layout?.region(named: "linux,cma"))
    #expect(region.range.end <= PhysicalAddress(0x6000_0000))
    #expect(region.isPlanned && region.isDefault)
    #expect(compiled.patch?.removed.map(\.path) == ["/reserved-memory/linux,cma"])
    #expect(compiled.patch?.added.map(\.phandle) == [9])
  }

  @Test func aBiggerPoolKeepsThePhandle() throws {
    let tree = try SampleBoard.tree(SampleBoard.addPool)
    let compiled = try SampleBoard.compile(tree, quirk + "\npools: {\"linux,cma\": {size: 200MiB}}")
    let region = try #require(compiled.layout?.region(named: "linux,cma"))
    #expect(region.range.size == .mib(200))
    let patched = try #require(compiled.patch).applied(to: tree)
    #expect(patched.node(phandle: 9)?.path == region.node)
    #expect(patched.node(atPath: "/reserved-memory/linux,cma")?.has("size") == false)
  }

  /// The patched tree, compiled without any policy, gives the same regions.
  @Test func theLayoutCanBeReadBackFromItsTree() throws {
    let tree = try SampleBoard.tree()
    let compiled = try SampleBoard.compile(
      tree,
      quirk + """

        pools:
          main: {kind: cma, default: true, size: 30%}
          isp-pool: {kind: coherent, size: 5MiB, align: 1MiB}
        carve-outs: {firmware: {size: 3MiB}}
        devices: {isp: {match: {compatible: "acme,isp"}, pools: [isp-pool]}}
        """
    )
    let layout = try #require(compiled.layout)
    #expect(layout.regions.map(\.name).sorted() == ["firmware", "isp-pool", "main"])
    let patched = try #require(compiled.patch).applied(to: tree)
    let again = try #require(try SampleBoard.compile(patched, "").layout)
    #expect(again.regions.map(\.range) == layout.regions.map(\.range))
    #expect(again.regions.map(\.kind) == layout.regions.map(\.kind))
    #expect(again.defaultRegion?.range == layout.defaultRegion?.range)
    let isp = try #require(patched.node(atPath: "/soc/isp"))
    let phandle = try #require(isp.property("memory-region")?.cells?.first)
    #expect(patched.node(phandle: phandle)?.baseName == "isp-pool")
    #expect(
      layout.region(named: "isp-pool")?.range.end ?? PhysicalAddress(.max)
        <= PhysicalAddress(0x6000_0000)
    )
  }

  /// The blob grows by the layout itself, and loaders pad it: nothing is put right behind it.
  @Test func theBlobHasRoomToGrow() throws {
    let tree = try SampleBoard.tree()
    let compiled = try SampleBoard.compile(
      tree,
      quirk + "\npools: {p: {kind: coherent, size: 4KiB, within: 0x4800_0000..+16MiB}}"
    )
    let layout = try #require(compiled.layout)
    let blob = try #require(layout.reserved.first { $0.owner == "dtb" })
    let pool = try #require(layout.region(named: "p"))
    #expect(blob.range.end.distance(to: pool.range.start) ?? .zero >= .kib(60))
  }

  @Test func whatDoesNotFitIsSaidByThePlanner() throws {
    let compiled = try SampleBoard.compile(
      SampleBoard.tree(),
      quirk + "\npools: {video: {size: 300MiB, within: 0x4000_0000..+256MiB}}"
    )
    guard case .infeasible(let why) = compiled.plan else {
      Issue.record("the plan is \(String(describing: compiled.plan))")
      return
    }
    #expect(why.conflict == ["video"])
    #expect(compiled.layout == nil)
  }

  @Test func aFixedRegionThatPolicyRepeatsStaysAsItIs() throws {
    let tree = try SampleBoard.tree { editor in
      try SampleBoard.addPool(&editor)
      try editor.addNode("fw@50000000", under: "/reserved-memory")
      try editor.set(
        "reg",
        toCells: [0, 0x5000_0000, 0, 0x10_0000],
        at: "/reserved-memory/fw@50000000"
      )
      try editor.set("no-map", to: [], at: "/reserved-memory/fw@50000000")
    }
    let compiled = try SampleBoard.compile(tree, quirk + "\ncarve-outs: {fw: {size: 1MiB}}")
    #expect(compiled.patch?.isEmpty == true)
    #expect(compiled.layout?.region(named: "fw")?.range.start == PhysicalAddress(0x5000_0000))
  }

  @Test func withoutRAMThereIsNoLayout() throws {
    let tree = try SampleBoard.tree { try $0.removeNode("/memory@40000000") }
    let compiled = try SampleBoard.compile(tree, "")
    #expect(compiled.layout == nil)
    #expect(compiled.today == nil)
  }
}
