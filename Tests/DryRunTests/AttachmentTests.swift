import Layout
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

@Test func withoutItsRegionTheDeviceHasNothing() async throws {
  let proven = device("codec", pools: ["pool"])
  let unproven = LayoutDevice(
    name: "codec",
    path: "/soc/codec",
    reach: proven.reach,
    windows: [],
    maskBits: 32,
    alignment: .byte,
    boundary: nil,
    iommu: .none,
    contiguous: .required,
    pools: ["pool"],
    attach: .unknown
  )
  for (subject, expected) in [(proven, nil), (unproven, Judgement.notMet)] {
    let board = layout(
      "arm64",
      banks: [mib(1024, 64)],
      zones: [LayoutZone(name: "DMA", range: mib(1024, 64))],
      [region("pool", .coherent, mib(1024 + 32, 16))],
      [subject],
      [
        Workload(
          name: "play",
          lasts: seconds(10),
          streams: [stream("all", "codec", [buffer("frame", 8 << 20, pool: "pool")])],
          background: Background()
        )
      ]
    )
    var options = DryRun.Options()
    options.looks = [1]
    let size = try #require(find(await DryRun.run(board, options: options), "codec", .size))
    #expect(size.verdict == .met)
    // Without the pool 8 MiB are above the largest block.
    #expect(size.unattached == expected)
    let note = "not-met if the driver does not attach its region"
    #expect(size.text == (expected == nil ? "met (proof)" : "met (proof): \(note)"))
  }
}
