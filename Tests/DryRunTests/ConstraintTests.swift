import Layout
import PageAllocator
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

/// The verdicts on one device that allocates `buffers` once, on 192 MiB below 0x6800_0000.
private func judge(
  on architecture: String = "arm64",
  _ regions: [LayoutRegion],
  _ subject: LayoutDevice,
  _ buffers: [Buffer]
) async -> [DryRun.Verdict] {
  let board = layout(
    architecture,
    banks: [mib(1536 - 64, 192)],
    zones: [
      LayoutZone(name: architecture == "arm64" ? "DMA" : "Normal", range: mib(1536 - 64, 192))
    ],
    regions,
    [subject],
    buffers.isEmpty
      ? []
      : [
        Workload(
          name: "once",
          lasts: seconds(10),
          streams: [stream("all", subject.name, buffers)],
          background: Background()
        )
      ]
  )
  var options = DryRun.Options()
  options.looks = [1]
  return await DryRun.run(board, options: options)
}

private let area = region("cma", .cma, mib(1536, 64), isDefault: true)
private let big = 8 << 20 as UInt64

@Test(arguments: [
  (mib(1024, 1024), Judgement.met), (mib(1024, 256), .notMet), (mib(1024, 512 + 32), .atRisk),
])
func reachOfTheArea(reach: PhysicalRange, expected: Judgement) async {
  let verdicts = await judge([area], device("d", reach: reach), [buffer("b", big)])
  #expect(find(verdicts, "d", .reach)?.verdict == expected)
}

@Test func pagesOutOfReachAreNoticed() async {
  // The area is in reach; what the page allocator gives for a single page is not.
  let subject = device("d", reach: area.range)
  let verdicts = await judge([area], subject, [buffer("b", big), buffer("one", 4096)])
  #expect(find(verdicts, "d", .reach)?.verdict == .atRisk)
}

@Test(arguments: [
  (12 as UInt8, Judgement.met), (20, .met), (21, .atRisk), (22, .atRisk), (27, .notMet),
])
func alignmentOfTheAreaIsCapped(shift: UInt8, expected: Judgement) async {
  // CONFIG_CMA_ALIGNMENT 8: 1 MiB. The area lies at 0x6000_0000 and ends at 0x6400_0000.
  let placed = region("cma", .cma, mib(1536 + 32, 64), isDefault: true)
  let verdicts = await judge([placed], device("d"), [buffer("b", big, align: shift)])
  #expect(find(verdicts, "d", .alignment)?.verdict == expected)
}

@Test func alignmentOfACoherentPoolIsThatOfItsBase() async {
  let pool = region("pool", .coherent, mib(1537, 15))
  for (shift, expected) in [(20, Judgement.met), (21, .notMet)] as [(UInt8, Judgement)] {
    // Places are multiples of 2 MiB from a base that is a multiple of 1 MiB only.
    let verdicts = await judge(
      [pool],
      device("d", align: shift, pools: ["pool"]),
      [buffer("b", 2 << 20)]
    )
    #expect(find(verdicts, "d", .alignment)?.verdict == expected)
  }
}

@Test func boundaries() async {
  let cases: [(UInt64, ByteCount, Judgement)] = [
    (1 << 20, .mib(1), .met), (1 << 20, .mib(4), .met), (2 << 20, .mib(1), .notMet),
    (2 << 20, .mib(2), .atRisk), (2 << 20, .mib(512), .met),
  ]
  for (size, boundary, expected) in cases {
    let verdicts = await judge([area], device("d", boundary: boundary), [buffer("b", size)])
    #expect(find(verdicts, "d", .boundary)?.verdict == expected, "\(size) in \(boundary)")
  }
  let free = await judge([area], device("d"), [buffer("b", 4096)])
  #expect(find(free, "d", .boundary)?.verdict == .notNeeded)
}

@Test func sizesAgainstTheirPools() async {
  // On arm64 the atomic pools hold 3 x 128 KiB at the start of the default area.
  let cases: [(String, LayoutRegion?, UInt64, Judgement)] = [
    ("arm64", area, 63 << 20, .met), ("arm64", area, 64 << 20, .notMet),
    ("arm64", nil, 4 << 20, .met), ("arm64", nil, (4 << 20) + 1, .notMet),
    ("arm", area, 64 << 20, .notMet), ("arm", nil, (4 << 20) + 1, .notMet),
    ("arm64", region("pool", .coherent, mib(1536, 5)), 3 << 20, .met),
    ("arm64", region("pool", .coherent, mib(1536, 5)), (4 << 20) + 1, .notMet),
  ]
  for (architecture, place, size, expected) in cases {
    let pools = place?.kind == .coherent ? ["pool"] : []
    let verdicts = await judge(
      on: architecture,
      place.map { [$0] } ?? [],
      device("d", pools: pools),
      [buffer("b", size)]
    )
    #expect(find(verdicts, "d", .size)?.verdict == expected, "\(architecture) \(size)")
  }
}

@Test func anIOMMUMakesEverythingNeedless() async {
  let verdicts = await judge([], device("d", iommu: .translated), [buffer("b", 64 << 20)])
  #expect(verdicts.count == Constraint.allCases.count)
  #expect(verdicts.allSatisfy { $0.verdict == .notNeeded && $0.sure })
}

@Test func withoutAWorkloadSizeAndCountAreUnknown() async {
  let verdicts = await judge([area], device("d"), [])
  #expect(find(verdicts, "d", .reach)?.verdict == .met)
  #expect(find(verdicts, "d", .size)?.verdict == .unknown)
  #expect(find(verdicts, "d", .count)?.verdict == .unknown)
}

@Test func aPoolThatIsNotThereIsNotMet() async {
  let verdicts = await judge([area], device("d", pools: ["gone"]), [buffer("b", 4096)])
  #expect(find(verdicts, "d", .size)?.reason == .missingPool("gone"))
  #expect(find(verdicts, "d", .count)?.verdict == .notMet)
  #expect(find(verdicts, "d", .reach)?.verdict == .unknown)
}

@Test func aMachineThatCanNotBeIsAFinding() async {
  let crooked = region("cma", .cma, mib(1537, 64), isDefault: true)
  let verdicts = await judge([crooked], device("d"), [buffer("b", big)])
  #expect(find(verdicts, "d", .count)?.reason == .machine(.cmaAreaMisaligned("cma")))
  #expect(find(verdicts, "d", .count)?.verdict == .notMet)
}
