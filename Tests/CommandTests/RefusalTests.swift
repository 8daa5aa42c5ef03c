import Foundation
import Testing

/// What a command does not do is said with its reason and exit status 2, and nothing is written.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct RefusalTests {
  private static let policy = """
    dmaplan: 1
    name: site
    match: {compatible: "example,fuzzed-board"}
    why: a test
    pools: {frames: {kind: cma, size: 2MiB}}
    devices: {codec: {match: {compatible: "example,codec"}, mask: 32, pools: [frames]}}
    workloads:
      day:
        lasts: 5s
        streams: {one: {device: codec, every: 1s, for: 1s, buffers: [{name: a, size: 64KiB}]}}
    """

  /// The commands in a folder with `board.dtb`, `site.yaml`, `large.yaml` (nothing fits) and
  /// `boards.yaml`, with what each says.
  @Test(arguments: [
    "stress": "Name DTBs, layouts or folders, or a list of boards with --boards FILE.",
    "stress board.dtb --seeds 0": "--seeds is 1 to 1000000.",
    "stress board.dtb --success many": "`many` is no share of runs; write --success 95%.",
    "stress empty": "empty: there is no *.dtb and no layout.json in this folder",
    "compare board.dtb --seeds 0": "--seeds is 1 to 100000.",
    "compare board.dtb --policy site.yaml --workload night":
      "there is no workload `night` in board.dtb",
    "compare board.dtb --policy large.yaml":
      "board.dtb: there is no layout: no RAM is known or nothing fits; see check",
    "size board.dtb --policy site.yaml --pool other":
      "board.dtb: no workload allocates from a pool `other`",
    "size board.dtb --policy large.yaml --workload day":
      "board.dtb: there is no layout: no RAM is known or nothing fits; see check",
    "diff board.dtb board.dtb --policy large.yaml":
      "board.dtb: there is no layout: no RAM is known or nothing fits; see check",
    "verify board.dtb --log dmesg.txt --linux 6.1,6.12":
      "--linux takes one version here: the log is of one boot",
    "replay board.dtb scenario.json --linux 6.1,6.12":
      "choose one with --variant, --ram or --linux",
    "run --boards boards.yaml --format html -o page.html":
      "A page is of one board: name its DTB instead of --boards.",
    "compile used.dtb --via cmdline -o out":
      "--via cmdline takes /reserved-memory/linux,cma away, which /soc/codec@1000 names",
  ])
  func saysWhy(command: String, reason: String) throws {
    let scratch = try Self.folder()
    let before = try Self.files(scratch)
    let line = "cd \"$0\" && exec \"$1\" \(command) --no-builtin"
    let result = try Command.tool("sh", "-c", line, scratch.url.path(), Command.binary.path())
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    #expect(result.errors.contains(reason), "\(result.errors)")
    #expect(try Self.files(scratch) == before)
  }

  private static func files(_ scratch: Scratch) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: scratch.url.path()).sorted()
  }

  private static func folder() throws -> Scratch {
    let scratch = try Scratch()
    let source = try Trees.fuzzedSource
    try Trees.compiled(source.replacing(" cma=8M", with: ""), to: "board.dtb", in: scratch)
    try Trees.compiled(
      source.replacing("memory-region = <&own>", with: "memory-region = <&pool>"),
      to: "used.dtb",
      in: scratch
    )
    _ = try scratch.write("site.yaml", Array(policy.utf8))
    let large = policy.replacing("size: 2MiB", with: "size: 512MiB")
    _ = try scratch.write("large.yaml", Array(large.utf8))
    _ = try scratch.write("boards.yaml", Array("- {dtb: board.dtb}\n".utf8))
    _ = try scratch.write("scenario.json", Array(#"{"ops": [["alloc", "a", 65536]]}"#.utf8))
    let log = Command.root.appending(path: "fixtures/oracle-logs/cma-64m.txt")
    _ = try scratch.write("dmesg.txt", Array(try Data(contentsOf: log)))
    let empty = scratch.url.appending(path: "empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: false)
    return scratch
  }
}
