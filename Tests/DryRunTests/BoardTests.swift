import Layout
import PhysicalMemory
import Policy
import Testing

@testable import DryRun

/// Exynos 4412 with its right bank: a coherent pool of 8 MiB.
private func exynos(_ size: UInt64, _ count: UInt64) -> Layout {
  let ram = mib(1024, 1024)
  return layout(
    "arm",
    banks: [ram],
    zones: [LayoutZone(name: "Normal", range: mib(1024, 768))],
    [region("mfc-right", .coherent, mib(0x450, 8))],
    [device("mfc", pools: ["mfc-right"])],
    [
      Workload(
        name: "decode",
        lasts: seconds(60),
        streams: [stream("luma", "mfc", every: 20, holds: 10, [buffer("luma", size, count)])],
        background: Background()
      )
    ]
  )
}

@Test func fiveTiledPicturesDoNotFitTheRightBank() async throws {
  let verdicts = await DryRun.run(exynos(2_088_960, 5))
  let count = try #require(find(verdicts, "mfc", .count))
  #expect(count.verdict == .notMet)
  #expect(count.basis == .proof)
  #expect(count.failures == 20)
  #expect(count.firstFailure?.index == 4)
  guard case .overCapacity(let shortfall) = count.reason else {
    Issue.record("the pool is over capacity")
    return
  }
  #expect(shortfall.needed == .mib(10))
  #expect(shortfall.neededPoolSize == .mib(10))
  #expect(find(verdicts, "mfc", .size)?.verdict == .met)
}

@Test func sixSmallerPicturesFitTheRightBank() async throws {
  let count = try #require(find(await DryRun.run(exynos(942_080, 6)), "mfc", .count))
  #expect(count.verdict == .met)
  #expect(count.basis == .proof)
  #expect(count.failures == 0)
}

/// A Raspberry Pi 4 with 4 GiB and a default area of `area` MiB.
private func pi4(area: UInt64) -> Layout {
  layout(
    "arm64",
    banks: [mib(0, 948), mib(1024, 3008)],
    zones: [
      LayoutZone(name: "DMA", range: mib(0, 1024)),
      LayoutZone(name: "DMA32", range: mib(1024, 3008)),
    ],
    [region("linux,cma", .cma, mib(0x3b4 - area - 4, area), isDefault: true)],
    [device("hevc", reach: mib(0, 1024))],
    [
      Workload(
        name: "uhd",
        lasts: seconds(600),
        streams: [
          stream(
            "decode",
            "hevc",
            [
              buffer("capture", 12_443_648, 17), buffer("bitstream", 4 << 20, 8),
              buffer("coefficients", 32 << 20, 2),
            ]
          )
        ],
        background: Background(
          pageCache: .mib(200),
          anonymous: .mib(100),
          unmovable: .mib(50)
        )
      )
    ]
  )
}

@Test func ultraHighDefinitionNeedsMoreThanTheStockArea() async throws {
  var options = DryRun.Options()
  options.looks = [1]
  let verdicts = await DryRun.run(pi4(area: 64), options: options)
  let count = try #require(find(verdicts, "hevc", .count))
  #expect(count.verdict == .notMet)
  #expect(count.basis == .proof)
  guard case .overCapacity(let shortfall) = count.reason else {
    Issue.record("the area is over capacity")
    return
  }
  let sum = ByteCount(17 * 12_443_648) + .mib(8 * 4) + .mib(2 * 32)
  let named = try #require(shortfall.neededPoolSize)
  #expect(named >= sum)
  #expect(named <= sum + .mib(16))
  #expect(count.text.contains("`linux,cma` has 6"))
}

@Test func theNamedSizeIsEnough() async throws {
  var options = DryRun.Options()
  options.looks = [1]
  guard
    case .overCapacity(let shortfall) = await DryRun.run(pi4(area: 64), options: options)
      .first(where: { $0.constraint == .count })?.reason
  else {
    Issue.record("the area is over capacity")
    return
  }
  let size = try #require(shortfall.neededPoolSize)
  let verdicts = await DryRun.run(pi4(area: size.rawValue >> 20), options: options)
  #expect(find(verdicts, "hevc", .count)?.verdict == .met)
}
