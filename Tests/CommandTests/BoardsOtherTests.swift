import Foundation
import Testing

/// SDM845: IOMMUs for all that is large, and firmware that leaves no room to grow.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct SDM845Tests {
  static let trees = BoardTree.all("sdm845", "arm64/qcom/sdm845-db845c.dtb")

  @Test(arguments: trees)
  func clipsAndCamerasNeedNoContiguousMemory(tree: BoardTree) throws {
    let found = try tree.predict("thundercomm,db845c", variant: "4g")
    #expect(found.worst("clip-and-cameras") == "not-needed")
    #expect(found.serious == [])
  }

  /// A modem of 140 MiB reaches over the regions of the codec, the compute DSP and the modem's own
  /// authenticator.
  @Test(arguments: trees)
  func aLargerModemOverlapsItsNeighbours(tree: BoardTree) throws {
    let scratch = try Scratch()
    let blob = scratch.path("grown.dtb")
    try FileManager.default.copyItem(atPath: tree.blob(in: scratch), toPath: blob)
    let grown = try Command.tool(
      "fdtput",
      "-t",
      "x",
      blob,
      "/reserved-memory/mpss@8e000000",
      "reg",
      "0",
      "8e000000",
      "0",
      "8c00000"
    )
    try #require(grown.status == 0, "\(grown.errors)")
    let result = try Command.dmaplan("check", blob, "--format", "json")
    let overlaps = try Prediction(result.output).findings.filter { $0.rule == "regions-overlap" }
    #expect(!overlaps.isEmpty)
    let text = result.output
    for victim in ["venus@95800000", "cdsp@95d00000", "mba@96500000"] {
      #expect(text.contains(victim), "\(victim)")
    }
  }

  /// The hypervisor may grow into the gap behind it, and not a byte further.
  @Test(arguments: [("700000", true), ("701000", false)])
  func theGapsAreWhatThereIsToGrowInto(size: String, fits: Bool) throws {
    let scratch = try Scratch()
    let blob = try Trees.fixture("sdm845", in: scratch)
    let node = "/reserved-memory/hyp-mem@85700000"
    try #require(
      Command.tool("fdtput", "-t", "x", blob, node, "reg", "0", "85700000", "0", size).status == 0
    )
    let findings = try Prediction(Command.dmaplan("check", blob, "--format", "json").output)
      .findings
    #expect(findings.contains { $0.rule == "regions-overlap" } != fits)
  }
}

/// Amlogic: a pool that is too small for one size of picture, and one that finds no place.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct AmlogicTests {
  static let n2 = BoardTree.all("odroid-n2", "arm64/amlogic/meson-g12b-odroid-n2.dtb")
  static let s805x = BoardTree.all(
    "s805x",
    "arm64/amlogic/meson-gxl-s805x-libretech-ac.dtb",
    "arm64/amlogic/meson-gxl-s805x-p241.dtb"
  )

  @Test(arguments: n2)
  func aQuarterOfAGiBPlays1080pAndNot2160p(tree: BoardTree) throws {
    let found = try tree.predict("amlogic,g12b", variant: "2g")
    #expect(found.worst("media-1080p") == "met")
    #expect(found.worst("media-2160p") == "not-met")
    let larger = try tree.predict(
      "hardkernel,odroid-n2",
      variant: "2g",
      layer: "pools: {\"linux,cma\": {size: 320MiB}}",
      without: ["media-1080p"]
    )
    #expect(larger.worst("media-2160p") == "met")
  }

  /// A distribution once shipped a pool of 896 MiB: boards of up to 1 GiB have no place for it.
  @Test(arguments: n2)
  func aPoolOf896MiBHasNoPlaceIn1GiB(tree: BoardTree) throws {
    let boot = try tree.boot("--ram", "0x0..+1GiB", "--cmdline", "cma=896M")
    #expect(boot.defaultCma == nil)
    #expect(boot.messages.contains { $0.contains("Failed to reserve 896 MiB") })
    let findings = try tree.check(
      "hardkernel,odroid-n2",
      layer: "pools: {\"linux,cma\": {size: 896MiB}}",
      options: ["--ram", "0x0..+1GiB"]
    )
    #expect(findings.contains { $0.rule == "no-room" && $0.severity == "error" })
  }

  /// 254 MiB are free above the secure monitor's region, and 256 are asked for.
  @Test(arguments: s805x)
  func thePoolOfAnS805XFindsNoPlace(tree: BoardTree) throws {
    let findings = try tree.check()
    let errors = findings.filter { $0.severity == "error" }
    #expect(errors.map(\.rule) == ["region-unplaceable"])
    #expect(errors.first?.help?.contains("252 MiB") == true)
    let boot = try tree.boot()
    #expect(
      boot.messages.contains { $0.contains("failed to allocate memory for node 'linux,cma'") }
    )
    // The kernel makes do with the area of its configuration.
    #expect(boot.defaultCma?.size == "0x2000000")
  }

  @Test(arguments: s805x, ["128MiB", "252MiB"])
  func aSmallerPoolDoes(tree: BoardTree, size: String) throws {
    let found = try tree.predict(
      "amlogic,s805x",
      layer: "override: true\npools: {\"linux,cma\": {size: \(size)}}"
    )
    #expect(found.serious == [])
    #expect(found.worst("media-1080p") == "met")
  }
}

/// Jetson: an SMMU before every master.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct JetsonTests {
  @Test(arguments: [
    ("tegra186", "8g", "0x10000000000"), ("tegra186", "8g-l4t", "0x10000000000"),
    ("tegra194", "16g", "0x8000000000"), ("tegra194", "32g", "0x8000000000"),
  ])
  func sixCamerasNeedNoContiguousMemory(name: String, variant: String, reach: String) throws {
    let tree = BoardTree(name: name, isReal: false)
    let found = try tree.predict("nvidia,\(name)", variant: variant)
    #expect(found.serious == [])
    #expect(found.worst("six-cameras") == "not-needed")
    // The memory controller's window, which masters name as the parent of their DMA.
    let decoder = try #require(found.layouts.first?.devices.first { $0.name == "nvdec-tegra" })
    #expect(decoder.reach.map(\.base) == ["0x0"])
    #expect(decoder.reach.map(\.size) == [reach])
  }

  /// With the SMMU passed by, the same six cameras need a pool.
  @Test(arguments: ["tegra186", "tegra194"])
  func withoutTheSMMUTheyWould(name: String) throws {
    let tree = BoardTree(name: name, isReal: false)
    let found = try tree.predict(
      "nvidia,\(name)",
      variant: name == "tegra186" ? "8g" : "16g",
      layer: "target: {iommu: off}"
    )
    #expect(found.verdict("nvdec-tegra", "six-cameras")?.verdict == "not-met")
  }
}

/// STM32MP157: on 32-bit arm no CMA pool is small.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct STM32MP157Tests {
  static let trees =
    BoardTree.all("stm32mp157c-dk2", "armhf/stm32mp157c-dk2.dtb")
    + BoardTree.all("stm32mp157c-ev1", "armhf/stm32mp157c-ev1.dtb")

  /// The coprocessor's windows hold no DRAM, and its pools lie outside of RAM: both are right.
  @Test(arguments: trees)
  func thePanelTheCameraAndTheCoprocessorAreServed(tree: BoardTree) throws {
    let found = try tree.predict("st,stm32mp157")
    #expect(found.serious == [])
    #expect(found.worst("panel-and-camera") == "met")
    #expect(found.worst("panel-and-stills") == "met")
  }

  /// Debian's kernel has blocks of 8 MiB and an area of 16 MiB: too few for stills of 5 megapixels.
  @Test(arguments: [("", "0x400000", "met"), (debian, "0x800000", "not-met")])
  func aPoolForEachDeviceIsNeverSmall(config: String, size: String, stills: String) throws {
    let scratch = try Scratch()
    let file = try scratch.write("config", Array(config.utf8))
    let tree = BoardTree(name: "stm32mp157c-ev1", isReal: false)
    let found = try tree.predict(
      "st,stm32mp157c-ev1",
      layer: "pools: {ltdc: {kind: cma, size: 1500KiB}, dcmi: {kind: cma, size: 600KiB}}",
      options: config.isEmpty ? [] : ["--linux", "6.1", "--kernel-config", file]
    )
    let layout = try #require(found.layouts.first)
    #expect(layout.region("ltdc")?.size == size)
    #expect(layout.region("dcmi")?.size == size)
    #expect(found.worst("panel-and-stills") == stills)
  }

  private static let debian = """
    CONFIG_ARCH_FORCE_MAX_ORDER=12
    CONFIG_CMA=y
    CONFIG_DMA_CMA=y
    CONFIG_CMA_SIZE_MBYTES=16

    """
}
