import Foundation
import Testing

/// Allwinner A20: a window that only a comment and a pool's `alloc-ranges` tell of.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct AllwinnerA20Tests {
  static let trees = BoardTree.all(
    "allwinner-a20",
    "armhf/sun7i-a20-olinuxino-lime2.dtb",
    "armhf/sun7i-a20-cubieboard2.dtb"
  )

  @Test(arguments: trees)
  func oneStreamFitsAndTheSecondFailsOnItsMotionVectors(tree: BoardTree) throws {
    let found = try tree.predict(
      "allwinner,sun7i-a20",
      variant: "1g",
      without: ["two-streams-linux-6.2"]
    )
    #expect(found.worst("kiosk-1080p") == "met")
    let two = try #require(found.verdict("vpu-cedrus", "two-streams-1080p"))
    #expect(two.verdict == "not-met")
    #expect(two.firstFailure?.request == "0x11ee000")  // 4,590 pages: 18,800,640 bytes
  }

  /// On 512 MiB the pool takes 37 % of the video engine's window, and the kernel lies there too.
  @Test(arguments: trees, ["512m", "1g", "2g"])
  func thePoolLiesInTheWindowOfTheVideoEngine(tree: BoardTree, variant: String) throws {
    let found = try tree.predict(
      "allwinner,sun7i-a20",
      variant: variant,
      without: ["kiosk-1080p", "two-streams-1080p", "two-streams-linux-6.2"]
    )
    #expect(found.serious == [])
    let layout = try #require(found.layouts.first)
    let pool = try #require(layout.regions.first { $0.flags.contains("reusable") })
    #expect(pool.start >= 0x4000_0000)
    #expect(pool.end <= 0x5000_0000)
    #expect((pool.end - pool.start) * 100 / (256 << 20) == 37)
  }

  @Test(arguments: trees)
  func outsideOfTheWindowItIsRefused(tree: BoardTree) throws {
    let found = try tree.check(
      "allwinner,sun7i-a20",
      layer: "pools: {default-cma: {base: 0x5800_0000, within: 0x5000_0000..+256MiB}}",
      options: ["--variant", "1g"]
    )
    let errors = found.filter { $0.severity == "error" }
    #expect(errors.map(\.rule) == ["pool-out-of-reach"])
    #expect(errors.first?.message.contains("video-codec@1c0e000") == true)
  }
}

/// Allwinner A64: no pool in the tree, three masters that need one.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct AllwinnerA64Tests {
  static let trees = BoardTree.all(
    "allwinner-a64",
    "arm64/allwinner/sun50i-a64-pinephone-1.2.dtb"
  )
  private let board = "pine64,pinephone"

  @Test func aPhonesAreaServesAllAndSmallerOnesDoNot() throws {
    let tree = BoardTree(name: "allwinner-a64", isReal: false)
    let phone = ["phone-camera", "phone-video", "phone-both"]
    let enough = try tree.predict(board, variant: "2g")
    #expect(phone.map(enough.worst) == ["met", "met", "met"])
    let debian = try tree.predict(
      board,
      variant: "2g",
      layer: "pools: {default-cma: {size: 64MiB}}"
    )
    #expect(phone.map(debian.worst) == ["met", "met", "not-met"])
    let stock = try tree.predict(board, variant: "2g", layer: "pools: {default-cma: {size: 32MiB}}")
    #expect(phone.map(stock.worst) == ["not-met", "not-met", "not-met"])
  }

  /// A master that names mbus as the parent of its DMA sees RAM from bus address 0, 3 GiB of it.
  @Test(arguments: trees)
  func mbusReachesThreeGiB(tree: BoardTree) throws {
    let found = try tree.predict(
      board,
      variant: "3g",
      without: ["phone-camera", "phone-video", "phone-both", "phone-interlaced"]
    )
    #expect(found.serious == [])
    let devices = try #require(found.layouts.first).devices
    let master = try #require(devices.first { $0.name.hasPrefix("deinterlace-sun8i") })
    #expect(master.reach.map(\.base) == ["0x40000000"])
    #expect(master.reach.map(\.size) == ["0xc0000000"])
  }
}

/// Exynos 4412: two banks for one codec, of use only without its SYSMMUs.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct Exynos4412Tests {
  static let trees = BoardTree.all("exynos4412", "armhf/exynos4412-odroidu3.dtb")
  private let withoutSYSMMU = [
    "--policy",
    Command.root.appending(path: "fixtures/policies/exynos4412-without-sysmmu.yaml").path(),
  ]
  private let board = "hardkernel,odroid-u3"

  @Test(arguments: trees)
  func theStockBanksDecodeOrEncode720pButNotBothAndNot1080p(tree: BoardTree) throws {
    let found = try tree.predict(board, variant: "2g", options: withoutSYSMMU)
    #expect(found.worst("mfc-decode-720p") == "met")
    #expect(found.worst("mfc-encode-720p") == "met")
    #expect(found.worst("mfc-decode-and-encode-720p") == "not-met")
    let large = try #require(found.verdict("vpu-s5p-mfc-v5", "mfc-decode-1080p"))
    #expect(large.verdict == "not-met")
    #expect(large.basis == "proof")
  }

  @Test(arguments: trees)
  func aRightBankOf16MiBServesAll(tree: BoardTree) throws {
    let found = try tree.predict(
      board,
      variant: "2g",
      layer: "pools: {region-mfc-right: {size: 16MiB}}",
      without: ["camera-5mp"],
      options: withoutSYSMMU
    )
    for workload in ["mfc-decode-720p", "mfc-encode-720p", "mfc-decode-1080p"] {
      #expect(found.worst(workload) == "met", "\(workload)")
    }
    #expect(found.worst("mfc-decode-and-encode-720p") == "met")
  }

  /// A luma plane of 1080p takes 2 MiB, so that four fill the bank; eight of 720p do.
  @Test(arguments: [("2088960", 4, "met"), ("2088960", 5, "not-met"), ("942080", 8, "met")])
  func lumaPlanesInABank(size: String, count: Int, verdict: String) throws {
    let scratch = try Scratch()
    let tree = BoardTree(name: "exynos4412", isReal: false)
    let policy = try scratch.write(
      "luma.yaml",
      Array(
        """
        dmaplan: 1
        name: luma
        why: a test
        match: {compatible: "\(board)"}
        workloads:
          luma:
            lasts: 1min
            streams:
              s:
                device: vpu-s5p-mfc-v5
                buffers: [{name: luma, size: \(size), count: \(count), pool: mfc-right}]
        """.utf8
      )
    )
    let found = try tree.predict(
      "samsung,exynos4412",
      variant: "2g",
      without: [
        "camera-5mp", "mfc-decode-720p", "mfc-encode-720p", "mfc-decode-1080p",
        "mfc-decode-and-encode-720p",
      ],
      options: withoutSYSMMU + ["--policy", policy]
    )
    #expect(found.verdict("vpu-s5p-mfc-v5", "luma")?.verdict == verdict)
  }
}
