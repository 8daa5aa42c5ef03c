import ArgumentParser
import Board
import Diagnostics
import Formats
import Layout

/// `dmaplan explain DTB [NAME]`: effective values and their origins.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show the effective values of a device, pool or key, and who set them.",
    discussion: "Example: dmaplan explain board.dtb vpu-cedrus --variant 1g"
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @Argument(help: "A device, a pool, or a key such as target.linux; without one, what there is.")
  var name: String?

  @OptionGroup var options: SharedOptions

  func run() throws {
    let pipeline = try Pipeline(options)
    let compilation = try pipeline.compile(dtb)
    let wrong = (pipeline.policy.diagnostics + compilation.diagnostics).filter {
      $0.severity > .note
    }
    Console.error(options.renderer(pipeline.policy.sources).render(wrong.sortedByPlace()))
    for compiled in compilation.variants {
      let explanation = ExplainText(compiled, compatible: compilation.board.compatible)
      guard let name else {
        try Console.output(explanation.overview)
        break
      }
      guard let text = explanation.text(of: name) else {
        let guess = didYouMean(name, among: explanation.names).map { "; did you mean `\($0)`?" }
        throw RunError.input("`\(name)` is no device, pool or key of this board\(guess ?? "")")
      }
      try Console.output(text)
    }
    try options.exit(findings: wrong)
  }
}
