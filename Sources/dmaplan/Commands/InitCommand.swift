import ArgumentParser
import Diagnostics
import Formats

/// `dmaplan init DTB`: a starting policy for a board.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a starting policy for a board.",
    discussion: """
      Prints a layer with the board's RAM, regions and devices and with comments that teach. It \
      changes nothing as it stands: `dmaplan check` finds with it no error that it does not find \
      without it.

      Example: dmaplan init board.dtb > board.yaml
      """
  )

  @Argument(help: "The board's DTB.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @OptionGroup var options: SharedOptions

  /// What is tried in turn: a guess that makes an error is left as a comment.
  private static let tries: [StartingPolicy.Parts] = [
    .all, [.devices, .regions], [.variants, .regions], [.regions], [.devices], [],
  ]

  func run() throws {
    let pipeline = try Pipeline(options)
    let compilation = try pipeline.compile(dtb)
    guard let first = compilation.variants.first else {
      throw RunError.input("\(dtb): the board has no RAM variant")
    }
    let before = Self.errors(pipeline.findings(compilation))
    for parts in Self.tries {
      let text = StartingPolicy(compilation.board, first, parts: parts).text
      let with = try Pipeline(options, adding: [(name: "init.yaml", bytes: Array(text.utf8))])
      let again = try with.compile(dtb)
      guard with.policy.diagnostics.allSatisfy({ $0.severity < .error }),
        Self.errors(with.findings(again)).isSubset(of: before)
      else { continue }
      return try Console.output(text)
    }
    throw RunError.input("\(dtb): no policy can be written for this board")
  }

  /// Errors by rule and what they say, whatever the variant is called.
  private static func errors(_ findings: [Diagnostic]) -> Set<String> {
    Set(findings.filter { $0.severity == .error }.map { "\($0.rule): \($0.message)" })
  }
}
