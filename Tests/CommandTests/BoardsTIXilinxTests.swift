import Testing

/// ZCU102: two banks, and masters of 32 bits in the programmable logic.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct ZCU102Tests {
  static let trees = BoardTree.all("zcu102", "arm64/xilinx/zynqmp-zcu102-rev1.0.dtb")
  private let board = "xlnx,zynqmp-zcu102"

  @Test(arguments: trees)
  func theQuirksPoolLiesInTheLowBankAndServesAll(tree: BoardTree) throws {
    let found = try tree.predict(board)
    #expect(found.worst("capture-1080p") == "met")
    let pool = try #require(found.layouts.first?.region("linux,cma"))
    #expect(pool.end <= 0x8000_0000)
  }

  /// 256 MiB at 0x7000_0000, as the vendor's tools set it: two buffers of 128 MiB are all of it, and
  /// others allocate there as well.
  @Test(arguments: trees)
  func twoBuffersOf128MiBDoNotFit256MiBThatOthersUse(tree: BoardTree) throws {
    let found = try tree.predict(
      "xlnx,zynqmp-zcu102-rev1.0",
      layer: "pools: {\"linux,cma\": {size: 256MiB, base: 0x7000_0000}}"
    )
    let buffers = try #require(found.verdict("u-dma-buf", "capture-1080p"))
    #expect(buffers.verdict == "not-met")
  }

  /// The low bank is 2 GiB in all, and the kernel lies in it.
  @Test(arguments: trees)
  func theLowBankHoldsNoPoolOf2GiB(tree: BoardTree) throws {
    let none = try tree.boot("--cmdline", "cma=2048M")
    #expect(none.defaultCma == nil)
    #expect(none.messages.contains { $0.contains("Failed to reserve 2048 MiB") })
    let some = try tree.boot("--cmdline", "cma=1900M")
    #expect(some.defaultCma?.size == "0x76c00000")
  }
}

/// TI's K3 boards: coprocessors with pools of their own.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct TIK3Tests {
  static let am625 = BoardTree.all("am625", "arm64/ti/k3-am625-sk.dtb")
  static let am65x = BoardTree.all("am65x", "arm64/ti/k3-am654-base-board.dtb")
  static let j721e = BoardTree.all("j721e", "arm64/ti/k3-j721e-common-proc-board.dtb")

  @Test(arguments: am625)
  func theDefconfigsAreaIsTooSmallForScreensAndCameras(tree: BoardTree) throws {
    let workload = "two-screens-four-cameras"
    #expect(try tree.predict("ti,am625-sk").worst(workload) == "met")
    let stock = try tree.predict("ti,am625-sk", layer: "pools: {\"linux,cma\": {size: 32MiB}}")
    #expect(stock.worst(workload) == "not-met")
    #expect(stock.findings.contains { $0.rule == "pool-without-user" })
  }

  /// Two vrings of 0x5000 bytes take 8 pages each, 512 messages of 512 bytes 64 pages: 80 of 256.
  @Test(arguments: am65x)
  func aCoresPoolIsEnoughForItsMessages(tree: BoardTree) throws {
    let found = try tree.predict("ti,am654-evm")
    for core in 0...1 {
      let count = try #require(found.verdict("rproc-k3-r5[\(core)]", "coprocessors"))
      #expect(count.verdict == "met")
      #expect(count.basis == "proof")
    }
    #expect(found.serious == [])
  }

  /// Firmware is linked to its region's address: more of it than fits is an error, not a move.
  @Test(arguments: am65x)
  func firmwareThatOutgrowsItsRegionIsAnError(tree: BoardTree) throws {
    let found = try tree.check(
      "ti,am654-evm",
      layer: "carve-outs: {\"r5f-memory@a0100000\": {size: 16MiB, base: 0xa010_0000}}"
    )
    #expect(found.contains { $0.severity == "error" })
  }

  /// The EVM's two C66 allocate from the block of 16 MiB that holds the other one's firmware.
  ///
  /// That this keeps a core's own two regions apart, as the layer says, is unverified; nothing moves.
  @Test(arguments: j721e)
  func thePoolsOfTheC66AreCrossed(tree: BoardTree) throws {
    let found = try tree.predict("ti,j721e-evm")
    #expect(found.serious == [])
    let layout = try #require(found.layouts.first)
    for (core, pool, firmware) in [
      (0, "c66-dma-memory@a7000000", "c66-memory@a6100000"),
      (1, "c66-dma-memory@a6000000", "c66-memory@a7100000"),
    ] {
      let pool = try #require(layout.region(pool))
      let firmware = try #require(layout.region(firmware))
      #expect(pool.users == ["rproc-k3-dsp[\(core)]"])
      #expect(firmware.users == pool.users)
      #expect(pool.start >> 24 != firmware.start >> 24)
      #expect(!pool.flags.contains("planned"))
    }
    for device in (0...5).map({ "rproc-k3-r5[\($0)]" }) + (0...2).map({ "rproc-k3-dsp[\($0)]" }) {
      #expect(found.verdict(device, "screens-cameras-cores")?.verdict == "met", "\(device)")
    }
    #expect(found.worst("screens-cameras-cores") == "met")
  }

  /// On the SK they are not crossed.
  @Test(.enabled(if: Trees.haveReal, "the kernel packages' trees are not there"))
  func onTheStarterKitTheyShareABlock() throws {
    let tree = BoardTree(name: "arm64/ti/k3-j721e-sk.dtb", isReal: true)
    let layout = try #require(try tree.predict("ti,j721e-sk").layouts.first)
    for block in [0xa6, 0xa7] {
      let users = layout.regions.filter { $0.start >> 24 == UInt64(block) }.map(\.users)
      #expect(users.count == 2)
      #expect(Set(users).count == 1)
    }
  }
}
