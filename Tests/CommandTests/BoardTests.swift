import Foundation
import Testing

/// The main job on real trees, against the arithmetic of the boards.
@Suite(
  .enabled(
    if: Trees.haveReal,
    "the kernel packages' trees could not be downloaded (DMAPLAN_CORPUS)"
  )
)
struct BoardTests {
  static let trees = [
    "arm64/broadcom/bcm2711-rpi-4-b.dtb", "armhf/bcm2711-rpi-4-b.dtb",
    "armhf/sun7i-a20-cubietruck.dtb", "armhf/exynos4412-odroidu3.dtb",
    "arm64/freescale/imx8mm-evk.dtb", "arm64/allwinner/sun50i-h6-orangepi-3.dtb",
  ]

  /// Equally specific as the built-in quirks, so that the user's layer wins.
  static let boards =
    "\"fsl,imx8mm\", \"brcm,bcm2711\", \"raspberrypi,4-model-b\", \"allwinner,sun7i-a20\", \"samsung,exynos4412\""

  @Test(arguments: trees)
  func noFalseError(path: String) throws {
    let tree = try #require(Trees.real(path))
    let result = try Command.dmaplan("check", tree, "--format", "json")
    let findings = try Report(result.output).findings
    #expect(findings.filter { $0.severity == "error" }.map(\.message) == [])
    #expect(result.status == 0)
  }

  @Test func exynosWithoutItsIOMMU() throws {
    let tree = try #require(Trees.real("armhf/exynos4412-odroidu3.dtb"))
    let with = try report(tree, "--variant", "2g")
    #expect(Set(with.verdicts(of: "vpu-s5p-mfc-v5").map(\.verdict)) == ["not-needed"])
    let policy = Command.root.appending(path: "fixtures/policies/exynos4412-without-sysmmu.yaml")
    let without = try report(tree, "--variant", "2g", "--policy", policy.path())
    let codec = without.verdicts(of: "vpu-s5p-mfc-v5")
    let count = codec.filter { $0.constraint == "count" }
    #expect(count.filter { $0.workload == "mfc-decode-1080p" }.map(\.verdict) == ["not-met"])
    #expect(count.filter { $0.workload == "mfc-decode-720p" }.map(\.verdict) == ["met"])
  }

  @Test func theSecondStreamOfAnA20FailsOnItsMotionVectors() throws {
    let tree = try #require(Trees.real("armhf/sun7i-a20-cubietruck.dtb"))
    let report = try report(tree, "--variant", "1g", "--linux", "6.1")
    let codec = report.verdicts(of: "vpu-cedrus").filter { $0.constraint == "count" }
    #expect(codec.filter { $0.workload == "kiosk-1080p" }.map(\.verdict) == ["met"])
    let two = try #require(codec.first { $0.workload == "two-streams-1080p" })
    #expect(two.verdict == "not-met")
    #expect(two.firstFailure?.buffer == "motion-vectors")
    #expect(two.firstFailure?.request == "0x11ee000")
  }

  @Test func theStockPoolOfARaspberryPiIsTooSmallForUHD() throws {
    let tree = try #require(Trees.real("arm64/broadcom/bcm2711-rpi-4-b.dtb"))
    let report = try report(tree, "--variant", "4g")
    let decoder = try #require(
      report.verdicts(of: "hevc-rpi").first {
        $0.constraint == "count" && $0.workload == "hevc-uhd"
      }
    )
    #expect(decoder.verdict == "not-met")
    let needed = try #require(
      decoder.neededPoolSize.flatMap { UInt64($0.dropFirst(2), radix: 16) }
    )
    // 17 frames, 8 bitstreams of 4 MiB, 2 buffers of 32 MiB: about 300 MiB.
    #expect((290 << 20...340 << 20).contains(needed))
    let scratch = try Scratch()
    let policy = try scratch.write(
      "bigger.yaml",
      Array(
        """
        dmaplan: 1
        name: bigger
        why: UHD decoding
        match: {compatible: "raspberrypi,4-model-b"}
        pools: {"linux,cma": {size: \(needed)}}
        """.utf8
      )
    )
    let again = try self.report(tree, "--variant", "4g", "--policy", policy)
    let count = again.verdicts(of: "hevc-rpi").filter {
      $0.constraint == "count" && $0.workload == "hevc-uhd"
    }
    #expect(count.count == 1)
    #expect(count.map(\.verdict).allSatisfy { $0 == "met" || $0 == "at-risk" })
  }

  @Test func anUnknownBoardSaysWhatItCouldNotJudge() throws {
    let tree = try #require(Trees.real("arm64/allwinner/sun50i-h6-orangepi-3.dtb"))
    let text = try Command.dmaplan(tree).output
    #expect(text.contains("No RAM is stated"))
    #expect(text.contains("--ram"))
    let report = try report(tree, "--ram", "0x4000_0000..+1GiB")
    #expect(report.verdicts.contains { $0.verdict == "met" })
  }

  /// What `compile` writes: the overlay applies with `fdtoverlay`, and both it and the patched
  /// blob, read back without any policy, give the layout's regions.
  @Test(
    .enabled(if: Command.has("fdtoverlay"), "fdtoverlay is not installed"),
    arguments: [
      ("arm64/freescale/imx8mm-evk.dtb", "2g", "isp: {kind: coherent, size: 3MiB}"),
      ("arm64/broadcom/bcm2711-rpi-4-b.dtb", "4g", "\"linux,cma\": {size: 384MiB}"),
      ("armhf/sun7i-a20-cubietruck.dtb", "1g", "default-cma: {size: 112MiB}"),
      ("armhf/exynos4412-odroidu3.dtb", "2g", "region-mfc-right: {size: 16MiB}"),
      ("arm64/freescale/imx8mm-evk.dtb", "2g", "isp: {kind: coherent, size: 3MiB, form: dynamic}"),
      (
        "arm64/broadcom/bcm2711-rpi-4-b.dtb", "4g",
        "\"linux,cma\": {size: 384MiB, form: dynamic, within: 0x0..+1GiB}"
      ),
      ("armhf/sun7i-a20-cubietruck.dtb", "1g", "default-cma: {size: 112MiB, form: dynamic}"),
      (
        "armhf/exynos4412-odroidu3.dtb", "2g",
        "region-mfc-right: {size: 16MiB, form: dynamic}"
      ),
    ]
  )
  func whatIsWrittenReadsBack(path: String, variant: String, pool: String) throws {
    let tree = try #require(Trees.real(path))
    let scratch = try Scratch()
    let policy = try scratch.write(
      "p.yaml",
      Array(
        "dmaplan: 1\nname: p\nwhy: a test\nmatch: {compatible: [\(Self.boards)]}\npools: {\(pool)}"
          .utf8
      )
    )
    let arguments = [tree, "--variant", variant] + (pool.isEmpty ? [] : ["--policy", policy])
    let output = scratch.path("out")
    let written = try Command.dmaplan(["compile", "-o", output] + arguments)
    #expect(written.status == 0, "\(written.errors)")
    let merged = scratch.path("merged.dtb")
    let applied = try Command.tool(
      "fdtoverlay",
      "-i",
      tree,
      "-o",
      merged,
      output + "/overlay.dtbo"
    )
    #expect(applied.status == 0, "\(applied.errors)")
    let layout = try Layout(scratch.text("out/layout.json"))
    #expect(layout.regions.contains { $0.flags.contains("planned") })
    for blob in [output + "/board.dtb", merged] {
      let again = try report(blob, "--variant", variant)
      let found = try #require(again.layouts.first)
      #expect(found.places == layout.places, "\(blob)")
    }
  }

  private func report(_ arguments: String...) throws -> Report {
    let result = try Command.dmaplan(["run", "--format", "json"] + arguments)
    try #require(result.status != 2, "\(result.errors)")
    return try Report(result.output)
  }
}

extension JSONDecoder {
  /// Keys are written with underscores.
  static var ofReports: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}

/// What the tests read of `dmaplan-report/1`.
struct Report: Decodable {
  struct Finding: Decodable {
    let rule: String
    let severity: String
    let message: String
  }
  struct Verdict: Decodable {
    struct Failure: Decodable {
      let buffer: String
      let request: String
    }
    let device: String
    let workload: String?
    let constraint: String
    let verdict: String
    let neededPoolSize: String?
    let firstFailure: Failure?
  }

  let findings: [Finding]
  let layouts: [Layout]
  let verdicts: [Verdict]

  enum CodingKeys: CodingKey { case findings, layouts, verdicts }

  init(_ text: String) throws {
    self = try JSONDecoder.ofReports.decode(Report.self, from: Data(text.utf8))
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    findings = try values.decode([Finding].self, forKey: .findings)
    layouts = try values.decodeIfPresent([Layout].self, forKey: .layouts) ?? []
    verdicts = try values.decodeIfPresent([Verdict].self, forKey: .verdicts) ?? []
  }

  func verdicts(of device: String) -> [Verdict] { verdicts.filter { $0.device == device } }
}

/// What the tests read of `dmaplan-layout/1`.
struct Layout: Decodable {
  struct Region: Decodable {
    let name: String
    let kind: String
    let base: String
    let size: String
    let flags: [String]
    let `default`: Bool
  }
  let regions: [Region]

  init(_ text: String) throws {
    self = try JSONDecoder.ofReports.decode(Layout.self, from: Data(text.utf8))
  }

  /// Every region's place and nature, without its name: a planned node is named after its address.
  var places: [String] {
    regions.map { "\($0.base) \($0.size) \($0.kind) \($0.default)" }.sorted()
  }
}
