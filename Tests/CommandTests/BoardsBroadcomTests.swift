import Testing

/// Raspberry Pi 4: one area for screen, decoder and camera.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct RaspberryPi4Tests {
  static let trees = BoardTree.all(
    "raspberrypi-4",
    "arm64/broadcom/bcm2711-rpi-4-b.dtb"
  )
  private let board = "raspberrypi,4-model-b"

  @Test(arguments: trees)
  func theStockAreaIsEnoughForADesktopOf1080pAndNothingElse(tree: BoardTree) throws {
    let found = try tree.predict(board, variant: "4g")
    #expect(found.worst("desktop-1080p") == "met")
    for workload in [
      "desktop-uhd", "hevc-uhd", "hevc-uhd-on-desktop-uhd", "camera-12mp", "all-sky",
    ] {
      #expect(found.worst(workload) == "not-met", "\(workload)")
    }
  }

  @Test(arguments: trees)
  func theVendorsDefaultIsTooSmallForAClipOfUHDOnADesktopOfUHD(tree: BoardTree) throws {
    let found = try tree.predict(
      board,
      variant: "4g",
      layer: "pools: {\"linux,cma\": {size: 320MiB}}",
      without: ["all-sky", "hevc-uhd", "desktop-1080p"]
    )
    #expect(found.worst("hevc-uhd-on-desktop-uhd") == "not-met")
    #expect(found.worst("desktop-uhd") == "met")
    #expect(found.worst("camera-12mp") == "met")
  }

  /// 512 MiB is what media distributions set; the window is what 32-bit kernels have as low memory.
  @Test(arguments: trees)
  func halfAGiBServesAllUnlessABootObjectSplitsItsWindow(tree: BoardTree) throws {
    let pool = "pools: {\"linux,cma\": {size: 512MiB, within: 0x0..+768MiB}}"
    let found = try tree.predict(board, variant: "4g", layer: pool, without: ["all-sky"])
    #expect(found.serious == [])
    for workload in ["desktop-uhd", "hevc-uhd", "hevc-uhd-on-desktop-uhd", "camera-12mp"] {
      #expect(found.worst(workload) == "met", "\(workload)")
    }
    let split = try tree.check(
      board,
      layer: pool,
      options: ["--variant", "4g", "--boot-object", "initrd=0x1000_0000+64MiB"]
    )
    let finding = try #require(split.first { $0.severity == "error" })
    #expect(finding.rule == "no-room")
    #expect(finding.related?.contains { $0.label?.contains("initrd") == true } == true)
    // At the end of the window it is in nobody's way.
    let aside = try tree.check(
      board,
      layer: pool,
      options: ["--variant", "4g", "--boot-object", "initrd=0x2c00_0000+64MiB"]
    )
    #expect(aside.filter { $0.severity == "error" }.map(\.rule) == [])
  }
}

/// Raspberry Pi 3: all of the GPU's memory is contiguous.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct RaspberryPi3Tests {
  static let trees = BoardTree.all(
    "raspberrypi-3",
    "arm64/broadcom/bcm2837-rpi-3-b.dtb"
  )
  private let board = "raspberrypi,3-model-b"

  /// Textures that find no room in the area come from the page allocator, up to 4 MiB each; the binner's
  /// 16 MiB can come from nowhere else.
  @Test(arguments: trees)
  func theStockAreaIsTooSmallForADesktop(tree: BoardTree) throws {
    let found = try tree.predict(board, variant: "1g")
    #expect(found.worst("console-1080p") == "met")
    let binner = try #require(found.verdict("gpu-vc4-binner", "desktop-1080p"))
    #expect(binner.verdict == "not-met")
    #expect(binner.firstFailure?.request == "0x1000000")
  }

  /// In an area of 64 MiB that lies between two multiples of 256 MiB none can be crossed; in one of
  /// 256 MiB only luck keeps the binner's buffer on one side.
  @Test(arguments: trees)
  func theBinnersBorderIsCertainOnlyInASmallArea(tree: BoardTree) throws {
    let small = try tree.predict(board, variant: "1g", without: ["console-1080p"])
    #expect(small.verdict("gpu-vc4-binner", "desktop-1080p", "boundary")?.verdict == "met")
    let layer = "pools: {\"linux,cma\": {size: 256MiB}}"
    let large = try tree.predict(board, variant: "1g", layer: layer, without: ["console-1080p"])
    let pool = try #require(large.layouts.first?.region("linux,cma"))
    #expect(pool.start >> 28 != (pool.end - 1) >> 28)
    let boundary = try #require(large.verdict("gpu-vc4-binner", "desktop-1080p", "boundary"))
    #expect(boundary.verdict == "at-risk")
    #expect(boundary.basis == "proof")
  }

  /// 158 MiB are asked for at most, and an area of 160 MiB has them; but not in one piece.
  @Test(arguments: trees)
  func freePagesInPiecesAreOfNoUse(tree: BoardTree) throws {
    func binner(_ size: String) throws -> Prediction.Verdict {
      let layer = "pools: {\"linux,cma\": {size: \(size)}}"
      let found = try tree.predict(board, variant: "1g", layer: layer, without: ["console-1080p"])
      return try #require(found.verdict("gpu-vc4-binner", "desktop-1080p"))
    }
    let failed = try binner("128MiB")
    #expect(failed.verdict != "met")
    #expect(failed.firstFailure?.pool == "linux,cma")
    #expect(try binner("256MiB").verdict == "met")
  }
}
