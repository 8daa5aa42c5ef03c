import Foundation
import Testing

/// The examples that `--help` gives, run as they stand.
@Suite struct HelpTests {
  /// What the site says of the small board in `boards/`, whose dry-run takes milliseconds.
  private static let site = """
    dmaplan: 1
    name: site
    match: {compatible: "example,fuzzed-board"}
    why: an example
    devices:
      codec: {match: {compatible: "example,codec"}, mask: 32, attach: driver}
    workloads:
      day:
        lasts: 10s
        streams:
          one: {device: codec, every: 1s, for: 500ms, buffers: [{name: a, size: 64KiB, count: 2}]}

    """

  /// A folder in which the examples' files are there.
  private static let place = Result { try madePlace() }

  private static func madePlace() throws -> Scratch {
    let scratch = try Scratch()
    let tree = try Trees.fixture("allwinner-a20", in: scratch)
    let oracle = Command.root.appending(path: "fixtures/oracle")
    let placement = Command.root.appending(path: "fixtures/placement/feas_n10_f70_b1.json")
    let copies: [(from: URL, to: String)] = [
      (URL(filePath: tree), "board.dtb"),
      (oracle.appending(path: "kernel.config"), "config"),
      (placement, "problem.json"),
    ]
    for copy in copies { _ = try scratch.write(copy.to, Array(try Data(contentsOf: copy.from))) }
    let log = Command.root.appending(path: "fixtures/oracle-logs/cma-64m.txt")
    _ = try scratch.write("dmesg.txt", Array(try Data(contentsOf: log)))
    _ = try scratch.write("boards.yaml", Array("- {dtb: board.dtb, variants: [1g]}\n".utf8))
    _ = try scratch.write("site.yaml", Array(site.utf8))
    _ = try scratch.write("scenario.json", Array(#"{"ops": [["alloc", "a", 65536]]}"#.utf8))
    let board = scratch.path("board.dtb")
    let compiled = try Command.dmaplan(
      "compile",
      board,
      "--variant",
      "1g",
      "-o",
      scratch.path("old")
    )
    try #require(compiled.status < 2, "\(compiled.errors)")
    try FileManager.default.copyItem(atPath: scratch.path("old"), toPath: scratch.path("new"))
    let boards = scratch.url.appending(path: "boards")
    try FileManager.default.createDirectory(at: boards, withIntermediateDirectories: false)
    let small = try Trees.fuzzed(in: scratch)
    try FileManager.default.moveItem(atPath: small, toPath: boards.appending(path: "a.dtb").path())
    _ = try scratch.write("layout.json", Array(try scratch.text("old/layout.json").utf8))
    return scratch
  }

  /// The lines of a command's help below `Example:`, each a command line of its own.
  private static func examples(of command: String) throws -> [String] {
    let help = try Command.dmaplan("help", command).output
    var examples: [String] = []
    for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.replacing("Example:", with: "").trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("Example:") || (!examples.isEmpty && words.hasPrefix("dmaplan ")) {
        examples.append(words)
      } else if !examples.isEmpty {
        break
      }
    }
    return examples
  }

  private static let commands: [String] = {
    let help = (try? Command.dmaplan("--help").output) ?? ""
    let list = help.split(separator: "SUBCOMMANDS:").last ?? ""
    return list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0 != "See" }
  }()

  @Test func everyCommandIsListed() {
    #expect(Self.commands.count >= 16 && Self.commands.contains("stress"), "\(Self.commands)")
  }

  @Test(arguments: commands) func examplesRun(command: String) throws {
    let examples = try Self.examples(of: command)
    #expect(!examples.isEmpty, "`dmaplan help \(command)` gives no example")
    let scratch = try Self.place.get()
    let folder = Command.binary.deletingLastPathComponent().path()
    for example in examples {
      let line = "cd '\(scratch.url.path())' && PATH='\(folder)':$PATH && \(example)"
      let result = try Command.tool("sh", "-c", line)
      // 1 is an answer too: the example's board may have findings.
      #expect(result.status < 2, "\(example)\n\(result.errors)")
      #expect(!result.errors.contains("error:") || result.status == 1, "\(result.errors)")
    }
  }
}
