import Foundation
import Testing

/// What a person sees: nothing too wide, the worst first, and at the end what to do next.
@Suite struct TerminalTests {
  private static let haveScript = Command.has("script")

  /// On a terminal there are colours; NO_COLOR takes them away.
  @Test(.enabled(if: haveScript, "script(1) is not installed"), arguments: ["", "NO_COLOR=1"])
  func aTerminal(environment: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("faulty-board", in: scratch)
    let command = "env -u NO_COLOR \(environment) '\(Command.binary.path())' '\(tree)' --no-builtin"
    let result = try Command.tool("script", "-qec", command, "/dev/null")
    #expect(result.status == 1, "\(result.output)")
    #expect(result.output.contains("\u{1B}[") == environment.isEmpty)
    #expect(result.output.contains("error"))
  }

  @Test func colourCanBeAskedFor() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("faulty-board", in: scratch)
    #expect(try Command.dmaplan("check", tree, "--color", "always").output.contains("\u{1B}["))
    #expect(try !Command.dmaplan("check", tree).output.contains("\u{1B}["))
  }

  /// A terminal of 140 columns is used, one of 80 is not passed.
  @Test(.enabled(if: haveScript, "script(1) is not installed"), arguments: [80, 140])
  func theWidthOfATerminalIsUsed(columns: Int) throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("faulty-board", in: scratch)
    let command = """
      cd '\(scratch.url.path())'; stty cols \(columns)
      '\(Command.binary.path())' check faulty-board.dtb --color never
      """
    let shown = try Command.tool("script", "-qec", command, "/dev/null").output
    let lines = shown.replacing("\r\n", with: "\n").split(separator: "\n")
    let widest = lines.filter { !$0.hasPrefix("next: ") }.map(\.count).max() ?? 0
    #expect(widest <= columns && widest > columns - 20, "\(widest)")
  }

  /// Into a file every command writes 80 columns; a line that is to be copied may be longer.
  @Test(arguments: [
    "run board.dtb --variant 1g", "check faulty.dtb", "boot board.dtb --variant 1g",
    "stress board.dtb --variant 1g --workload usb --seeds 2",
    "compare board.dtb --variant 1g --workload usb --seeds 2",
    "size board.dtb --variant 1g --workload usb", "explain board.dtb --variant 1g",
    "explain board.dtb vpu-cedrus --variant 1g", "explain board.dtb default-pool --variant 1g",
    "explain regions-overlap", "map board.dtb --variant 1g", "diff old/layout.json new/layout.json",
    "compile board.dtb --variant 1g -o out", "help", "help run", "help stress",
  ])
  func everythingFitsEightyColumns(command: String) throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("allwinner-a20", in: scratch)
    _ = try Trees.fixture("faulty-board", in: scratch)
    let line = """
      cd '\(scratch.url.path())' && mv allwinner-a20.dtb board.dtb && mv faulty-board.dtb faulty.dtb
      D='\(Command.binary.path())'
      for ram in 1g:old 2g:new; do
        $D compile board.dtb -q --no-report --variant ${ram%:*} -o ${ram#*:} 2>/dev/null
      done
      $D \(command)
      """
    let result = try Command.tool("sh", "-c", line)
    #expect(result.status < 2, "\(result.errors)")
    let lines = (result.output + result.errors).split(separator: "\n")
    #expect(!lines.isEmpty)
    for line in lines where !line.lowercased().hasPrefix("next: ") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func theWorstComesFirst() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("faulty-board", in: scratch)
    let found = try Command.dmaplan("check", tree).output.matches(
      of: #/(?m)^(error|warning|note)\[/#
    )
    .map { String($0.output.1) }
    #expect(Set(found).count > 1)
    let order = ["error", "warning", "note"]
    let ranks = found.compactMap(order.firstIndex)
    #expect(ranks == ranks.sorted(), "\(found)")
    let board = try Trees.fixture("allwinner-a20", in: scratch)
    let verdicts = try Command.dmaplan("run", board, "--variant", "1g").output
      .matches(of: #/(?m)^(not-met|at-risk|unknown|met|not-needed) /#).map { String($0.output.1) }
    #expect(verdicts.first == "not-met" && verdicts.last != "not-met", "\(verdicts)")
  }

  /// What a text ends with.
  private func last(_ text: String) -> String {
    text.split(separator: "\n").last.map { $0.lowercased() } ?? ""
  }

  @Test func theLastLineSaysWhatToDoNext() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("faulty-board", in: scratch)
    let board = try Trees.fixture("allwinner-a20", in: scratch)
    #expect(try last(Command.dmaplan("check", tree).errors).hasPrefix("next: `"))
    #expect(try last(Command.dmaplan("run", board, "--variant", "1g").output).hasPrefix("next: "))
    let both = try Command.dmaplan("stress", board, board, "--variant", "1g", "--seeds", "5").errors
    #expect(last(both).hasPrefix("next: `dmaplan run "), "\(both)")
    let file = try Command.dmaplan("compile", board, "-o", scratch.path("out"), "--variant", "1g")
    #expect(last(file.output + file.errors).hasPrefix("next: "), "\(file.output)\(file.errors)")
    // Its `cma=` beats its pool: there is nothing to plan.
    let fixed = try Trees.fuzzed(in: scratch)
    let out = scratch.path("fixed")
    let errors = try Command.dmaplan("compile", fixed, "-o", out, "--no-builtin").errors
    #expect(last(errors) == "next: boot the tree as it is; the overlay is empty", "\(errors)")
  }
}
