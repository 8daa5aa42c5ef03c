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

  @Argument(help: "The board's DTB, or the id of a rule.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @Argument(help: "A device, a pool, a setting such as cma, or a key such as target.linux.")
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
    let settings = compilation.settings
    for (index, compiled) in compilation.variants.enumerated() {
      let explanation = ExplainText(compiled, compatible: compilation.board.compatible)
      let text = SettingsText(settings[index].settings, width: options.width)
      guard let name else {
        try Console.output(
          explanation.overview(width: options.width) + "Settings\n\n" + text.table
            + differing(settings)
        )
        break
      }
      let found = [explanation.text(of: name), text.text(of: name)].compactMap(\.self)
      if found.isEmpty {
        let names = explanation.names + settings[index].settings.map(\.name)
        let guess = didYouMean(name, among: names).map { "; did you mean `\($0)`?" }
        throw RunError.input(
          "`\(name)` is no device, pool, setting or key of this board\(guess ?? "")"
        )
      }
      let head = compilation.variants.count > 1 ? "variant \(compiled.variant.name)\n" : ""
      let isSetting = explanation.text(of: name) == nil
      let answer = (isSetting ? head : "") + found.joined(separator: "\n")
      try Console.output(FittedText.lines(of: answer, width: options.width))
    }
    try options.exit(findings: wrong)
  }

  /// The settings of the other variants that differ from those of the first.
  private func differing(_ variants: [SettingsJSON.VariantSettings]) -> String {
    guard let first = variants.first else { return "" }
    return variants.dropFirst().map { variant in
      let changed = variant.settings.filter { !first.settings.contains($0) }
      return changed.isEmpty
        ? ""
        : "\nin variant \(variant.variant)\n\n"
          + SettingsText(changed, width: options.width).table
    }
    .joined()
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
    let text = FittedText.paragraphs(of: page.text, width: options.width)
    try Console.output("\(page.rule) (\(page.severity))\n\n\(text)")
    return true
  }
}
