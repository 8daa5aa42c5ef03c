import Testing

/// `size` over pools of the tree, of policy and of the command line.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct SizeTests {
  private static let policy = """
    dmaplan: 1
    name: site
    match: {compatible: "example,fuzzed-board"}
    why: a test
    pools: {frames: {kind: cma, size: 4MiB}}
    devices:
      codec: {match: {compatible: "example,codec"}, mask: 32, pools: [frames], attach: driver}
      display: {match: {compatible: "example,display"}, mask: 32, attach: driver}
    workloads:
      day:
        lasts: 5s
        streams:
          one: {device: codec, every: 1s, for: 500ms, buffers: [{name: a, size: 512KiB, count: 2}]}
          two: {device: display, every: 1s, for: 500ms, buffers: [{name: a, size: 256KiB, count: 2}]}
    """

  private func size(_ arguments: String..., cma: String?) throws -> String {
    let scratch = try Scratch()
    let board = try Trees.fuzzed(in: scratch)
    let line = "console=ttyS0" + (cma.map { " cma=" + $0 } ?? "")
    let put = try Command.tool("fdtput", "-t", "s", board, "/chosen", "bootargs", line)
    try #require(put.status == 0, "\(put.errors)")
    let policy = try scratch.write("site.yaml", Array(Self.policy.utf8))
    let words = ["size", board, "--policy", policy, "--no-builtin"] + arguments
    let result = try Command.dmaplan(words)
    try #require(result.status == 0, "\(result.output)\(result.errors)")
    return result.output
  }

  /// Each pool is searched for while the others are as they are; then all are small at once.
  @Test func allPoolsTogether() throws {
    let text = try size(cma: nil)
    for pool in ["frames on dtb\n  4 MiB now", "linux,cma on dtb\n  8 MiB now"] {
      #expect(text.contains(pool), "\(text)")
    }
    #expect(text.split(separator: "smallest that serves 95% of the runs: 2 MiB").count == 3)
    let together = "serves as well with all pools at their smallest"
    #expect(text.split(separator: together).count == 3, "\(text)")
  }

  /// The default area of `cma=` has other sizes by another `cma=`.
  @Test(arguments: ["8M", "8M@0x43400000"])
  func theAreaOfTheCommandLine(cma: String) throws {
    let text = try size("--pool", "default-cma", cma: cma)
    #expect(text.hasPrefix("default-cma on dtb\n  8 MiB now\n"), "\(text)")
    #expect(text.contains("smallest that serves 95% of the runs: 2 MiB"), "\(text)")
    #expect(text.contains("2 MiB  |########################| 110/110  <- smallest"), "\(text)")
    #expect(text.contains("|no place"), "\(text)")
  }
}
