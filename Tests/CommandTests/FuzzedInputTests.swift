import Foundation
import Testing

/// Inputs that the fuzzer once found fault with: each ends in a finding or an error, never in a trap.
///
/// `fixtures/fuzz/TARGET/NAME`: what was found, made small and written anew; a `.dts` is compiled first.
@Suite(.enabled(if: Command.has("dtc"), "dtc is not installed"))
struct FuzzedInputTests {
  /// An input by its place below `fixtures/fuzz`.
  struct Input: Sendable, CustomTestStringConvertible {
    let target: String
    let name: String

    var testDescription: String { "\(target)/\(name)" }
    var path: String { FuzzedInputTests.folder.appending(path: "\(target)/\(name)").path() }
  }

  private static let folder = Command.root.appending(path: "fixtures/fuzz")

  private static let inputs: [Input] = {
    let files = FileManager.default
    let targets = (try? files.contentsOfDirectory(atPath: folder.path())) ?? []
    return targets.sorted().flatMap { target in
      let names = try? files.contentsOfDirectory(atPath: folder.appending(path: target).path())
      return (names ?? []).sorted().map { Input(target: target, name: $0) }
    }
  }()

  /// What the command is asked to do with an input of each target; `INPUT` and `BOARD` are paths.
  private static let commands: [String: [[String]]] = [
    "dtb": [
      ["check", "INPUT", "--format", "sarif"], ["explain", "INPUT"], ["map", "INPUT"],
      ["boot", "INPUT", "--linux", "4.19,6.1,6.12"], ["init", "INPUT"], ["run", "INPUT"],
      ["compile", "INPUT", "-o", "OUT"],
    ],
    "dtbo": [["check", "BOARD", "--overlay", "INPUT"]],
    "policy": [
      ["check", "BOARD", "--policy", "INPUT", "--format", "json"],
      ["explain", "BOARD", "--policy", "INPUT"], ["map", "BOARD", "--policy", "INPUT"],
      ["run", "BOARD", "--policy", "INPUT", "--no-builtin"],
      ["compare", "BOARD", "--policy", "INPUT", "--no-builtin", "--seeds", "1"],
    ],
    "kconfig": [["check", "BOARD", "--kernel-config", "INPUT"]],
    "bootlog": [["verify", "BOARD", "--log", "INPUT"]],
    "layout": [
      ["map", "INPUT"], ["map", "INPUT", "--format", "svg", "--scale", "log"],
      ["diff", "INPUT", "INPUT"], ["stress", "INPUT", "--seeds", "1"],
      ["compare", "INPUT", "--seeds", "1"],
    ],
    "placement": [["place", "INPUT", "--steps", "20000"]],
    "scenario": [["replay", "BOARD", "INPUT"]],
    "boards": [["check", "--boards", "INPUT"], ["check", "BOARD", "--baseline", "INPUT"]],
  ]

  @Test func thereAreInputs() { #expect(Self.inputs.count >= 4) }

  @Test(arguments: inputs)
  func endsWithoutATrap(_ input: Input) throws {
    let scratch = try Scratch()
    var path = input.path
    if path.hasSuffix(".dts") { path = try Self.compiled(path, "input.dtb", scratch) }
    let board = try Self.compiled(
      Command.root.appending(path: "Fuzz/fixtures/board.dts").path(),
      "board.dtb",
      scratch
    )
    let commands = try #require(Self.commands[input.target], "no command for \(input.target)")
    let places = ["INPUT": path, "BOARD": board, "OUT": scratch.path("out")]
    for command in commands {
      let result = try Command.dmaplan(command.map { places[$0] ?? $0 })
      // A signal's number would be another.
      #expect([0, 1, 2].contains(result.status), "\(command): \(result.status) \(result.errors)")
      if result.status == 2 { #expect(!result.errors.isEmpty, "\(command) does not say why") }
      for text in [result.output, result.errors] {
        #expect(!text.unicodeScalars.contains(where: Self.actsOnATerminal), "\(command): \(text)")
      }
    }
  }

  private static func actsOnATerminal(_ scalar: Unicode.Scalar) -> Bool {
    scalar != "\n" && [.control, .format].contains(scalar.properties.generalCategory)
  }

  /// The blob of a source; one with an error in it, which may be the point, is made all the same.
  private static func compiled(
    _ source: String,
    _ name: String,
    _ scratch: Scratch
  ) throws -> String {
    let blob = scratch.path(name)
    let result = try Command.tool(
      "dtc",
      ["-q", "-f", "-@", "-I", "dts", "-O", "dtb", "-o", blob, source]
    )
    try #require(FileManager.default.fileExists(atPath: blob), "dtc: \(result.errors)")
    return blob
  }
}
