import Foundation
import Testing

/// A comparison gives every system the same chance.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct CompareTests {
  /// The pools of the tutorial's board have more together than one run of the zone that its camera
  /// reaches: an area across the zone's border would not be activated, and nothing would fit.
  @Test func anAreaStaysInItsZone() throws {
    let scratch = try Scratch()
    let folder = Command.root.appending(path: "fixtures/tutorial")
    let board = scratch.path("board.dtb")
    let source = folder.appending(path: "board.dts").path()
    let built = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", board, source)
    #expect(built.status == 0, "\(built.errors)")
    let policies = ["lookout.yaml", "frames.yaml"].flatMap {
      ["--policy", folder.appending(path: $0).path()]
    }
    let result = try Command.dmaplan(["compare", board, "--variant", "1g"] + policies)
    for system in ["CMA 2011", "CMA today"] {
      let line = result.output.split(separator: "\n").first {
        $0.trimmingCharacters(in: .whitespaces).hasPrefix(system)
      }
      let row = try #require(line, "\(result.errors)")
      #expect(row.contains(" 20/20 "), "\(row)")
      #expect(row.contains(" 126 MiB "), "as much as one run of the zone has: \(row)")
    }
  }
}
