import ArgumentParser
import Diagnostics
import DryRun
import Formats

/// `dmaplan BOARD.dtb`: check, plan and dry-run; the report.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Check, plan and dry-run a board (the default).",
    discussion: "Example: dmaplan board.dtb --ram 0x4000_0000..+1GiB --format html -o report.html"
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @Option(help: "The shape of the output: human, json, html.")
  var format: RunFormat = .human

  @Option(name: .shortAndLong, help: "Write to this file instead of standard output.")
  var output: String?

  @OptionGroup var options: SharedOptions

  func run() async throws {
    let pipeline = try Pipeline(options)
    var dryRun = DryRun.Options()
    dryRun.jobs = options.threads
    let report = try await pipeline.report(dtb, dryRun)
    let text = text(report, sources: pipeline.policy.sources)
    if let output {
      try OutputFile.write(Array(text.utf8), to: output)
    } else {
      try Console.output(text)
    }
    try pipeline.exit(findings: report.findings, unmet: report.hasUnmetConstraints)
  }

  private func text(_ report: Report, sources: [String: SourceText]) -> String {
    switch format {
    case .human:
      ReportText(
        report,
        width: options.width,
        decorator: output == nil ? options.decorator : .plain,
        sources: sources
      ).text
    case .json: ReportJSON.value(report, sources: sources).text
    case .html: HTMLReport(report, sources: sources).text
    }
  }
}

/// The shapes of a whole report.
enum RunFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json, html
}

/// The shapes of what the smaller commands have to say.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json
}
