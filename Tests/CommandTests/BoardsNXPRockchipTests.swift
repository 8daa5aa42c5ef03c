import Testing

/// i.MX 8M: no pool in the tree, and a bus that reaches 3 GiB.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct IMX8MTests {
  struct Board: Sendable, CustomTestStringConvertible {
    let tree: BoardTree
    let name: String
    let all: [String]
    /// What needs more than the kernel's own area in pieces that the page allocator does not have.
    let large: [String]
    var testDescription: String { tree.name }
  }

  static let boards =
    BoardTree.all("imx8mq", "arm64/freescale/imx8mq-evk.dtb").map {
      let workloads = ["uhd-player", "uhd-player-and-camera"]
      return Board(tree: $0, name: "fsl,imx8mq-evk", all: workloads, large: workloads)
    }
    + BoardTree.all("imx8mm", "arm64/freescale/imx8mm-evk.dtb").map {
      let workloads = ["uhd-hevc", "transcode-1080p", "ui"]
      return Board(
        tree: $0,
        name: "fsl,imx8mm-evk",
        all: workloads,
        large: ["uhd-hevc"]
      )
    }

  @Test(arguments: boards)
  func aBoardOf4GiBHasABankThatNoMasterReaches(board: Board) throws {
    let findings = try board.tree.check(options: ["--variant", "4g"])
    #expect(findings.filter { $0.severity != "note" }.map(\.rule) == [])
    #expect(
      findings.contains { $0.rule == "reach-misses-ram" && $0.message.contains("1 GiB of RAM") }
    )
    let fitting = try board.tree.check(options: ["--variant", "1g"])
    #expect(!fitting.contains { $0.rule == "reach-misses-ram" })
  }

  @Test(arguments: boards)
  func aPoolInThatBankIsRefused(board: Board) throws {
    let found = try board.tree.check(
      board.name,
      layer: "pools: {\"linux,cma\": {base: 0x1_0000_0000}}",
      options: ["--variant", "4g"]
    )
    #expect(found.contains { $0.severity == "error" })
  }

  @Test(arguments: boards.filter { !$0.tree.isReal })
  func theQuirksPoolServesAllOn4GiBAndLiesBelowTheBank(board: Board) throws {
    let found = try board.tree.predict(board.name, variant: "4g")
    for workload in board.all { #expect(found.worst(workload) == "met", "\(workload)") }
    let pool = try #require(found.layouts.first?.region("linux,cma"))
    #expect(pool.end <= 0x1_0000_0000)
  }

  @Test(arguments: boards.filter { !$0.tree.isReal })
  func theKernelsOwnAreaIsTooSmall(board: Board) throws {
    let found = try board.tree.predict(
      board.name,
      variant: "4g",
      layer: "pools: {\"linux,cma\": {size: 32MiB, at-least: null}}"
    )
    for workload in board.large { #expect(found.worst(workload) == "not-met", "\(workload)") }
  }
}

/// RK3399: nothing to do.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct RK3399Tests {
  static let trees = BoardTree.all("rk3399", "arm64/rockchip/rk3399-rockpro64.dtb")
  private let board = "rockchip,rk3399"

  @Test(arguments: trees)
  func largeMastersNeedNoContiguousMemory(tree: BoardTree) throws {
    let found = try tree.predict(board, variant: "4g")
    #expect(found.worst("desktop-uhd") == "not-needed")
    #expect(found.serious == [])
  }

  /// The pool of 128 MiB that a distribution gives it lies idle, but for rings.
  @Test(arguments: trees)
  func aPoolIsMostlyWasted(tree: BoardTree) throws {
    let scratch = try Scratch()
    let blob = try tree.blob(in: scratch)
    let arguments = ["run", blob, "--variant", "4g", "--cmdline", "cma=128M", "--format", "json"]
    let found = try Prediction(Command.dmaplan(arguments).output)
    let pools = found.verdicts.compactMap(\.pools).joined()
    #expect(!pools.isEmpty)
    for pool in pools { #expect(Prediction.number(pool.idleBytes) > 120 << 20) }
  }

  /// The same board with a kernel that does not drive its IOMMUs.
  @Test(arguments: trees)
  func withoutTheIOMMUsItWouldNeedMuch(tree: BoardTree) throws {
    let found = try tree.predict(board, variant: "4g", layer: "target: {iommu: off}")
    let decoder = try #require(found.verdict("vpu-rkvdec", "desktop-uhd"))
    #expect(decoder.verdict == "not-met")
    // 17 pictures of 11.9 MiB, 8 bitstreams of 4 MiB.
    #expect(decoder.neededPoolSize.map(Prediction.number).map { $0 > 233 << 20 } == true)
  }
}

/// RK3288: one tree for boards of 2 and 4 GiB.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct RK3288Tests {
  static let trees = BoardTree.all("rk3288", "armhf/rk3288-tinker.dtb")

  @Test(arguments: trees)
  func theUnusableRangeIsKeptOn4GiBAndHarmlessOn2GiB(tree: BoardTree) throws {
    let small = try tree.predict("rockchip,rk3288", variant: "2g")
    #expect(small.serious == [])
    #expect(small.worst("desktop-1080p") == "not-needed")
    let large = try tree.predict("rockchip,rk3288", variant: "4g")
    #expect(large.serious == [])
    #expect(!large.findings.contains { $0.rule == "region-outside-ram" })
    let region = try #require(large.layouts.first?.region("dma-unusable"))
    #expect(region.start == 0xfe00_0000)
    #expect(region.end == 0xff00_0000)
    // Nothing else may be put there.
    let taken = try tree.check(
      "rockchip,rk3288",
      layer: "pools: {frames: {kind: cma, size: 16MiB, base: 0xfe00_0000}}",
      options: ["--variant", "4g"]
    )
    #expect(taken.contains { $0.severity == "error" })
  }
}
