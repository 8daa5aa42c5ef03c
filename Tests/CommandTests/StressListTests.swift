import Foundation
import Testing

/// `stress` and `check` over many boards: what is known is said at once, and the rest is counted.
@Suite struct StressListTests {
  private struct Document: Decodable {
    struct Board: Decodable {
      struct Verdict: Decodable { let device: String }
      let input: String
      let verdicts: [Verdict]
    }
    let schema: String
    let boards: [Board]
  }

  /// A folder with a compiled board, a tree as it is, and a tree that nothing is known of.
  private func folder() throws -> Scratch {
    let scratch = try Scratch()
    let board = try Trees.fixture("exynos4412", in: scratch)
    let compiled = try Command.dmaplan(
      "compile",
      board,
      "--variant",
      "1g",
      "-o",
      scratch.path("out")
    )
    try #require(compiled.status < 2, "\(compiled.errors)")
    let bare = """
      /dts-v1/;
      / {
        compatible = "acme,bare";
        #address-cells = <1>; #size-cells = <1>;
        memory@40000000 { device_type = "memory"; reg = <0x40000000 0x20000000>; };
      };
      """
    try Trees.compiled(bare, to: "bare.dtb", in: scratch)
    return scratch
  }

  @Test func aFolderIsSearchedForTreesAndLayouts() throws {
    let scratch = try folder()
    let root = scratch.url.path()
    let result = try Command.dmaplan("stress", root, "--seeds", "3", "--format", "json")
    let document = try JSONDecoder().decode(Document.self, from: Data(result.output.utf8))
    #expect(document.schema == "dmaplan-verdicts/1")
    let names = document.boards.map { String($0.input.dropFirst(root.count)) }
    // The tree beside a layout is that layout's; the unknown board has nothing to run.
    #expect(names.map { $0.trimmingPrefix("/") } == ["exynos4412.dtb", "out/layout.json"])
    #expect(document.boards.allSatisfy { !$0.verdicts.isEmpty })
    let text = try Command.dmaplan("stress", root, "--seeds", "3")
    #expect(text.errors.contains("2 boards: "), "\(text.errors)")
    #expect(text.errors.contains("; 1 more has nothing to run"), "\(text.errors)")
    for board in document.boards { #expect(text.output.contains(board.input + "\n\nverdict")) }
  }

  @Test func oneBadInputDoesNotHideTheOthers() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("exynos4412", in: scratch)
    let broken = try scratch.write("broken.dtb", [1, 2, 3])
    let result = try Command.dmaplan("stress", broken, board, "--variant", "1g", "--seeds", "3")
    #expect(result.status == 2)
    #expect(result.errors.contains("broken.dtb"), "\(result.errors)")
    #expect(result.output.contains("exynos4412.dtb\n\nverdict"), "\(result.output)")
  }

  @Test func aWorkloadOfNoBoardIsAnError() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("exynos4412", in: scratch)
    let other = try Trees.fixture("imx8mm", in: scratch)
    let arguments = ["stress", board, other, "--workload", "nonsense", "--seeds", "1"]
    let result = try Command.dmaplan(arguments)
    #expect(result.status == 2)
    #expect(result.errors.contains("no workload `nonsense` in these boards; there are"))
    let trace = ["--trace", scratch.path("trace.json"), "--workload", "usb", "--seeds", "1"]
    #expect(try Command.dmaplan(["stress", board, other] + trace).status == 2)
  }

  /// The second tree is a pipe into which nothing was written yet: the first one's results have to
  /// be there before.
  @Test(arguments: ["check", "stress --seeds 2", "check --policy quirk.yaml"])
  func resultsComeAsSoonAsTheyAreKnown(command: String) throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let quirk = """
      dmaplan: 1
      name: mine
      match: {compatible: "hardkernel,odroid-u3"}
      why: a device that the board has
      devices: {codec: {match: {path: /soc/codec@13400000}, size: banana}}
      """
    _ = try scratch.write("quirk.yaml", Array(quirk.utf8))
    let script = """
      cd '\(scratch.url.path())' && mkfifo late.dtb
      '\(Command.binary.path())' \(command) exynos4412.dtb late.dtb --jobs 1 > out 2> err &
      for i in $(seq 600); do [ -s out ] && break; sleep 0.1; done
      wc -c < out
      cat exynos4412.dtb > late.dtb
      wait
      """
    let result = try Command.tool("sh", "-c", script)
    let early = Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines))
    #expect(early ?? 0 > 0, "nothing was said before the last board was read")
    #expect(try scratch.text("out").utf8.count >= early ?? 0)
  }

  /// On a terminal there is a bar with the rate and the time that is left.
  @Test(.enabled(if: Command.has("script"), "the program `script` is not installed"))
  func aTerminalShowsRateAndTimeLeft() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("allwinner-a20", in: scratch)
    let many = try links(to: board, 400, in: scratch, "many")
    let few = try links(to: board, 12, in: scratch, "few")
    let runs = [
      ("check \(many) --jobs 1", "check", "boards"),
      ("stress \(few) --seeds 1 --variant 1g --jobs 1", "dry-run", "boards"),
      ("stress \(board) --seeds 60 --variant 1g --jobs 1", "dry-run", "runs"),
    ]
    for (command, name, unit) in runs {
      let line = "'\(Command.binary.path())' \(command)"
      let shown = try Command.tool("script", "-qec", line, scratch.path("typescript")).output
      let bar = try Regex(
        "\(name): \\[#*\\.*\\] [0-9]+/[0-9]+ \(unit), [0-9.]+/s, [0-9]+ (s|min) left"
      )
      #expect(shown.contains(bar), "\(command): \(shown.suffix(300))")
      let quiet = try Command.dmaplan(command.split(separator: " ").map(String.init))
      #expect(!quiet.errors.contains(" left"), "a file gets no bar")
    }
  }

  /// A folder with so many names of one tree.
  private func links(
    to board: String,
    _ count: Int,
    in scratch: Scratch,
    _ name: String
  ) throws -> String {
    let folder = scratch.url.appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    for index in 0..<count {
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "\(index).dtb"),
        withDestinationURL: URL(filePath: board)
      )
    }
    return folder.path()
  }
}
