import Foundation
import Testing

/// `--boards`: many boards at once, each with its own overlays, command line and configuration.
@Suite struct BoardListTests {
  private struct Findings: Decodable {
    struct Finding: Decodable {
      let rule: String
      let severity: String
      let entry: Int?
      let file: String?
      let line: Int?
    }
    struct Board: Decodable {
      let entry: Int
      let dtb: String
      let variants: [String]
      let errors: Int
    }
    let findings: [Finding]
    let boards: [Board]?
  }

  private func list(_ scratch: Scratch, _ text: String) throws -> String {
    _ = try Trees.fixture("raspberrypi-4", in: scratch)
    _ = try Trees.fixture("imx8mm", in: scratch)
    try FileManager.default.createDirectory(
      at: scratch.url.appending(path: "lists"),
      withIntermediateDirectories: true
    )
    return try scratch.write("lists/boards.yaml", Array(text.utf8))
  }

  @Test func everyBoardIsCheckedWithItsOwnStatements() throws {
    let scratch = try Scratch()
    let file = try list(
      scratch,
      """
      - dtb: ../imx8mm.dtb
      - dtb: ../imx8mm.dtb
        cmdline: cma=banana
        variants: {mine: [0x4000_0000..+512MiB], yours: [0x4000_0000..+1GiB]}
      - {dtb: ../raspberrypi-4.dtb, variants: [1g]}
      """
    )
    let result = try Command.dmaplan("check", "--boards", file, "--format", "json")
    let found = try JSONDecoder().decode(Findings.self, from: Data(result.output.utf8))
    let boards = try #require(found.boards)
    #expect(boards.map(\.entry) == [0, 1, 2])
    #expect(boards[1].variants == ["mine", "yours"])
    #expect(boards[2].variants == ["1g"])
    #expect(boards[0].dtb.hasSuffix("lists/../imx8mm.dtb"))
    let malformed = found.findings.filter { $0.rule == "command-line-malformed" }
    #expect(malformed.map(\.entry) == [1], "only where it is stated")
    #expect(malformed.first?.line == 3 && malformed.first?.file == file, "at its place in the list")
    #expect(boards[1].errors == 1 && boards[0].errors == 0)
    #expect(result.status == 1)
  }

  @Test func mistakesInTheListHaveTheirPlaces() throws {
    let scratch = try Scratch()
    let file = try list(
      scratch,
      """
      - dtbb: ../imx8mm.dtb
      - {dtb: ../imx8mm.dtb, overlay: [a.dtbo]}
      - dtb: ../gone.dtb
      - 4
      - cmdline: quiet
      """
    )
    let result = try Command.dmaplan("check", "--boards", file)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    for (place, rule) in [
      ("1:3", "boards-unknown-key"), ("2:", "boards-unknown-key"), ("3:8", "boards-file-missing"),
      ("4:3", "boards-wrong-type"), ("5:3", "boards-dtb-missing"),
    ] {
      #expect(result.errors.contains("error[\(rule)]"), "\(rule)")
      #expect(result.errors.contains("boards.yaml:\(place)"), "\(place)")
    }
    #expect(result.errors.contains("help: write `dtb`"))
    #expect(result.errors.contains("help: write `overlays`"))
    let both = try Command.dmaplan("check", scratch.path("imx8mm.dtb"), "--boards", file)
    #expect(both.status == 2)
    let empty = try list(scratch, "# nothing\n")
    #expect(try Command.dmaplan("check", "--boards", empty).errors.contains("boards-empty"))
  }

  @Test func aDeviceThatAnotherBoardHasIsNoSlip() throws {
    let scratch = try Scratch()
    let file = try list(scratch, "- dtb: ../raspberrypi-4.dtb\n- dtb: ../imx8mm.dtb\n")
    func policy(_ compatible: String) throws -> String {
      let text = """
        dmaplan: 1
        name: p
        why: a test
        match: {any: true}
        devices:
          thing: {match: {compatible: "\(compatible)"}}
        """
      return try scratch.write("p.yaml", Array(text.utf8))
    }
    func severities(_ compatible: String) throws -> [String] {
      let result = try Command.dmaplan(
        "check",
        "--boards",
        file,
        "--policy",
        try policy(compatible),
        "--format",
        "json"
      )
      let found = try JSONDecoder().decode(Findings.self, from: Data(result.output.utf8))
      return found.findings.filter {
        $0.rule == "device-absent" && $0.file?.hasSuffix("p.yaml") == true
      }
      .map(\.severity)
    }
    #expect(try severities("brcm,bcm2711-genet-v5") == ["note"], "the i.MX has none, which is fine")
    #expect(try severities("brcm,bcm2711-genet-v6") == ["error", "error"], "nobody has it")
  }

  @Test func runTakesAListToo() throws {
    let scratch = try Scratch()
    let file = try list(scratch, "- {dtb: ../imx8mm.dtb, variants: [nope]}\n")
    let result = try Command.dmaplan("run", "--boards", file)
    #expect(result.status == 2)
    #expect(result.errors.contains("boards.yaml:1: no layer that matches"))
  }

  /// The reports of a list are one document, and one text with a heading for each board.
  @Test func reportsOfAList() throws {
    struct Document: Decodable {
      struct Report: Decodable { let dtb: String }
      let schema: String
      let reports: [Report]
    }
    let scratch = try Scratch()
    let boards = ["a.dtb", "b.dtb"]
    for board in boards {
      try Trees.compiled(try Trees.fuzzedSource, to: board, in: scratch)
    }
    let file = try scratch.write("boards.yaml", Array("- {dtb: a.dtb}\n- {dtb: b.dtb}\n".utf8))
    let json = try Command.dmaplan("run", "--boards", file, "--format", "json", "--no-builtin")
    let document = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8))
    #expect(document.schema == "dmaplan-report/1")
    #expect(document.reports.map(\.dtb) == boards.map { scratch.path($0) })
    let text = try Command.dmaplan("run", "--boards", file, "--no-builtin").output
    for board in document.reports {
      #expect(text.contains("example,fuzzed-board  (\(board.dtb))"), "\(text)")
    }
  }

  /// GitHub shows the table of the summary beside the job.
  @Test func theSummaryOfAJob() throws {
    let scratch = try Scratch()
    let board = try Trees.fuzzed(in: scratch)
    let summary = try scratch.write("summary.md", Array("# job\n".utf8))
    let line = "GITHUB_STEP_SUMMARY=\"$1\" \"$0\" check \"$2\" --format github --no-builtin"
    let result = try Command.tool("sh", "-c", line, Command.binary.path(), summary, board)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let text = try scratch.text("summary.md")
    #expect(
      text.hasPrefix("# job\n### dmaplan: 0 errors, 1 warning, 1 note on 1 board\n"),
      "\(text)"
    )
    #expect(text.contains("| warning | bootargs-memory-option | "), "\(text)")
  }
}
