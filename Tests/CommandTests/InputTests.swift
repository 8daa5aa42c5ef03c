import Foundation
import Testing

@Suite struct InputTests {
  private func blob(_ scratch: Scratch) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: Trees.fixture("raspberrypi-4", in: scratch))))
  }

  /// What is no tree ends in one clear line and exit 2, whatever the command.
  @Test(arguments: ["run", "check", "explain", "stress", "compile", "boot", "map"])
  func whatIsNoTree(command: String) throws {
    let scratch = try Scratch()
    let whole = try blob(scratch)
    // A fixed sequence: a failure has to be seen again.
    let noise = (0..<4096).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) % 99 + 1 }
    let inputs: [(String, [UInt8], String)] = [
      ("empty", [], "the file is empty"),
      ("truncated", Array(whole[..<(whole.count / 2)]), "cut off"),
      ("header", Array(whole[..<20]), "cut off"),
      ("random", noise, "no devicetree"),
      ("torn", whole[..<200] + [UInt8](repeating: 0xff, count: whole.count - 200), "malformed"),
      ("huge", [UInt8](repeating: 0, count: 100 << 20), "more than"),
    ]
    for (name, bytes, text) in inputs {
      let path = try scratch.write(name + ".dtb", bytes)
      let arguments = command == "compile" ? ["-o", scratch.path("out")] : []
      let result = try run(command, [path] + arguments)
      #expect(result.status == 2, "\(name): \(result.output)\(result.errors)")
      #expect(result.errors.hasPrefix("error: "), "\(name): \(result.errors)")
      #expect(result.errors.contains(text), "\(name): \(result.errors)")
      #expect(result.output.isEmpty, "\(name): \(result.output)")
    }
  }

  @Test func aFileThatIsNotThere() throws {
    let result = try Command.dmaplan("/nowhere/board.dtb")
    #expect(result.status == 2)
    #expect(result.errors == "error: /nowhere/board.dtb: No such file or directory\n")
  }

  /// A board where an overlay is needed, and the other way round.
  @Test func boardsAndOverlaysAreToldApart() throws {
    let scratch = try Scratch()
    let board = try Trees.fixture("raspberrypi-4", in: scratch)
    let twice = try Command.dmaplan("check", board, "--overlay", board)
    #expect(twice.status == 2)
    #expect(twice.errors.contains("this is no overlay"))
    let source = try scratch.write(
      "o.dts",
      Array(
        """
        /dts-v1/; /plugin/;
        / { fragment@0 { target-path = "/nowhere"; __overlay__ { a; }; }; };
        """.utf8
      )
    )
    let overlay = scratch.path("o.dtbo")
    _ = try Command.tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", overlay, source)
    #expect(try Command.dmaplan("check", overlay).errors.contains("this is an overlay"))
    let lost = try Command.dmaplan("check", board, "--overlay", overlay)
    #expect(lost.status == 2)
    #expect(lost.errors.contains("`target-path`"))
  }

  @Test func aFolderWhereAFileIsNeeded() throws {
    let result = try Command.dmaplan("run", "/")
    #expect(result.status == 2)
    #expect(result.errors.contains("this is a directory"))
  }

  @Test(arguments: [
    ["--no-such-option"], [], ["a.dtb", "--linux", "six"], ["a.dtb", "--ram", "1..0"],
    ["a.dtb", "--ram", "0..+1GiB", "--variant", "1g"], ["a.dtb", "--boot-object", "kernel"],
    ["a.dtb", "--jobs", "0"], ["a.dtb", "--today", "soon"], ["a.dtb", "--format", "sarif"],
  ])
  func usageErrorsExitWith2(arguments: [String]) throws {
    let result = try run("run", arguments)
    #expect(result.status == 2)
    #expect(!result.errors.isEmpty)
  }

  @Test func helpAndVersionExitWith0() throws {
    for word in ["--help", "--version"] {
      let result = try Command.dmaplan(word)
      #expect(result.status == 0)
      #expect(result.errors.isEmpty)
      #expect(!result.output.isEmpty)
    }
  }

  @Test func aPolicyThatIsNoYAML() throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("raspberrypi-4", in: scratch)
    let policy = try scratch.write("bad.yaml", Array("dmaplan: 1\nname: [a\n".utf8))
    let result = try Command.dmaplan(tree, "--policy", policy)
    #expect(result.status == 2)
    #expect(result.errors.contains("error[yaml-syntax]"))
    #expect(result.errors.contains("bad.yaml:"))
  }

  private func run(_ command: String, _ arguments: [String]) throws -> Command {
    try Command.dmaplan([command] + arguments)
  }
}
