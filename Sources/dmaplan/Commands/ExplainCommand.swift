import ArgumentParser
import Board
import Diagnostics
import Formats
import Layout
import RuleManual

/// `dmaplan explain DTB [NAME]`: effective values and their origins; `explain RULE`: its page.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show effective values and who set them, or the manual page of a rule.",
    discussion: """
      Example: dmaplan explain board.dtb vpu-cedrus --variant 1g
               dmaplan explain regions-overlap
      """
  )

  @Argument(help: "The board's DTB, or the id of a rule.")
  var dtb: String

  @Argument(help: "A device, a pool, or a key such as target.linux; without one, what there is.")
  var name: String?

  @OptionGroup var options: SharedOptions

  func run() throws {
    if name == nil, try explainsRule() { return }
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

  /// Prints the page of a rule, if one is named; a file of that name comes first.
  private func explainsRule() throws -> Bool {
    let looksLikeRule = dtb.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d }
    guard looksLikeRule, !InputFile.exists(dtb) else { return false }
    let pages = RulePage.pages(in: RuleManual.text)
    guard let page = pages.first(where: { $0.rule.rawValue == dtb }) else {
      let guess = didYouMean(dtb, among: pages.map(\.rule.rawValue))
        .map { "; did you mean `\($0)`?" }
      throw RunError.input("there is neither a file nor a rule `\(dtb)`\(guess ?? "")")
    }
    try Console.output("\(page.rule) (\(page.severity))\n\n\(page.text)")
    return true
  }
}
