import Testing

/// Why nothing is known of a device is said as it is.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct NoLayoutTests {
  @Test(arguments: [
    ("512MiB", "reach: the regions have no layout", "no RAM is stated"),
    ("", "reach: no RAM is stated", "the regions have no layout"),
  ])
  func theReasonIsTheRealOne(size: String, said: String, unsaid: String) throws {
    let scratch = try Scratch()
    let board = try Trees.fuzzed(in: scratch)
    if size.isEmpty {
      _ = try Command.tool("fdtput", "-r", board, "/memory@40000000")
    }
    let policy = """
      dmaplan: 1
      name: large
      match: {compatible: "example,fuzzed-board"}
      why: a test
      pools: {frames: {kind: cma, size: \(size.isEmpty ? "1MiB" : size)}}
      devices: {codec: {match: {compatible: "example,codec"}, mask: 32, pools: [frames]}}
      """
    let file = try scratch.write("large.yaml", Array(policy.utf8))
    for command in ["run", "stress"] {
      let result = try Command.dmaplan(command, board, "--policy", file, "--no-builtin")
      #expect(result.unwrapped.contains(said), "\(command): \(result.output)\(result.errors)")
      #expect(!result.unwrapped.contains(unsaid), "\(command): \(result.output)")
      #expect(!result.output.contains("is sure"), "\(command): \(result.output)")
    }
  }
}
