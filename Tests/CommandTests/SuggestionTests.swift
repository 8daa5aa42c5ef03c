import Foundation
import Testing

/// What a report suggests can be had, or the report says why not.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct SuggestionTests {
  /// The tutorial's board with `frames` frames of 12 megapixels, and a pool of 96 MiB for them.
  private func report(frames: Int, in scratch: Scratch) throws -> (text: String, options: [String])
  {
    let folder = Command.root.appending(path: "fixtures/tutorial")
    let board = scratch.path("board.dtb")
    let source = folder.appending(path: "board.dts").path()
    let built = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", board, source)
    #expect(built.status == 0, "\(built.errors)")
    let stated = try String(contentsOf: folder.appending(path: "lookout.yaml"), encoding: .utf8)
    let more = stated.replacing("raw16, count: 3", with: "raw16, count: \(frames)")
    #expect(more != stated)
    let policy = try scratch.write("lookout.yaml", Array(more.utf8))
    let pool = folder.appending(path: "frames.yaml").path()
    let options = [board, "--policy", policy, "--policy", pool]
    let result = try Command.dmaplan(["run"] + options)
    #expect(result.status == 1, "\(result.errors)")
    return (result.output, options)
  }

  private func layer(of report: String) throws -> String {
    let lines = report.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "    dmaplan: 1"))
    return lines[start...].prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) + "\n" }.joined()
  }

  @Test func theSuggestedLayerWorksAsItIs() throws {
    let scratch = try Scratch()
    let (text, options) = try report(frames: 5, in: scratch)
    let layer = try layer(of: text)
    #expect(layer.contains("override: true"), "the pool's size is the user's own: \(layer)")
    #expect(!text.contains("It has no place"))
    let file = try scratch.write("bigger.yaml", Array(layer.utf8))
    let again = try Command.dmaplan(["run"] + options + ["--policy", file])
    #expect(again.status == 0, "\(again.output)")
  }

  @Test func aLayerWithoutAPlaceIsCalledSo() throws {
    let scratch = try Scratch()
    let (text, options) = try report(frames: 9, in: scratch)
    #expect(text.contains("It has no place on 1g: "), "\(text)")
    let file = try scratch.write("bigger.yaml", Array(try layer(of: text).utf8))
    let again = try Command.dmaplan(["check"] + options + ["--policy", file])
    #expect(again.status == 1 && again.output.contains("error[no-room]"), "\(again.output)")
  }

  /// Devices that fail by proof are failures as well.
  @Test func theFirstFailureIsAnyDevices() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let result = try Command.dmaplan(
      "stress",
      tree,
      "--variant",
      "4g",
      "--workload",
      "hevc-uhd",
      "--until-failure",
      "--format",
      "json"
    )
    #expect(result.status == 1)
    #expect(result.output.contains("\"seeds\": 1,"), "\(result.output.prefix(500))")
  }
}
