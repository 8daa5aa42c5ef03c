import Foundation
import Testing

/// A layout has all of a workload: run from it, the same happens as from the board and its policy.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct LayoutWorkloadTests {
  /// A workload with all that a layout can say of one: phases, times that are drawn, groups, a mode
  /// change, hogs, pins for long, growth, noise of the boot.
  private static let policy = """
    dmaplan: 1
    name: rich
    match: {compatible: "example,fuzzed-board"}
    why: a test
    pools: {frames: {kind: cma, size: 4MiB}}
    devices:
      codec: {match: {compatible: "example,codec"}, mask: 32, pools: [frames], attach: driver}
    workloads:
      day:
        lasts: 30s
        phases:
          - {name: boot, for: 5s, background: {unmovable: 1MiB}}
          - {name: use}
        background:
          page-cache: 20%
          dirty: 1MiB
          anonymous: 20%
          growth: {unmovable: 1MiB/min}
          churn: 1MiB/s
          pins: {rate: 4/s, for: 20ms}
          long-pins: {size: 1MiB, at: 6s}
          hogs: {size: 2MiB, every: {exponential: 7s}, for: {uniform: 1s..3s}}
          boot-noise: 2MiB
        streams:
          one:
            {device: codec, during: use, at: 1s, every: {uniform: 2s..4s}, for: 1s, group: g,
             release: random, mode-change: {every: 500ms, keep-old: true},
             buffers: [{name: a, size: 512KiB, count: 2, align: 64KiB}]}
          two:
            {device: codec, every: 3s, for: {exponential: 1s}, group: g,
             buffers: [{name: b, size: 1MiB, count: 2, optional: true, leaks: 0}]}
    """

  private struct Document: Decodable {
    struct Verdict: Decodable, Equatable {
      let device: String
      let constraint: String
      let verdict: String
      let seeds: Int?
      let failures: Int?
    }
    let verdicts: [Verdict]
  }

  private func verdicts(_ arguments: String...) throws -> [Document.Verdict] {
    let result = try Command.dmaplan(["stress"] + arguments + ["--seeds", "4", "--format", "json"])
    try #require(result.status < 2, "\(result.errors)")
    return try JSONDecoder().decode(Document.self, from: Data(result.output.utf8)).verdicts
  }

  @Test func theSameHappensFromBoardAndLayout() throws {
    let scratch = try Scratch()
    let board = try Trees.fuzzed(in: scratch)
    let policy = try scratch.write("rich.yaml", Array(Self.policy.utf8))
    let options = ["--policy", policy, "--no-builtin"]
    let compiled = try Command.dmaplan(["compile", board, "-o", scratch.path("out")] + options)
    try #require(compiled.status < 2, "\(compiled.errors)")
    let layout = try String(contentsOfFile: scratch.path("out/layout.json"), encoding: .utf8)
    for key in [
      "phases", "hogs", "long_pins", "boot_noise", "exponential_us", "uniform_us", "group",
      "mode_change", "release", "growth",
    ] {
      #expect(layout.contains("\"\(key)\""), "\(key) is not in the layout")
    }
    let ofBoard = try verdicts(board, "--policy", policy, "--no-builtin")
    #expect(!ofBoard.isEmpty)
    #expect(try verdicts(scratch.path("out/layout.json")) == ofBoard)
  }
}
