import ArgumentParser
import Diagnostics
import DryRun
import Formats

/// `dmaplan BOARD.dtb`: check, plan and dry-run; the report.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Check, plan and dry-run a board (the default).",
    discussion: "Example: dmaplan board.dtb --ram 0x4000_0000..+1GiB"
  )

  @Argument(help: "The board's DTB.")
  var dtb: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func run() async throws {
    let pipeline = try Pipeline(options)
    var dryRun = DryRun.Options()
    dryRun.jobs = options.threads
    Interruption.watch()
    dryRun.isInterrupted = { Interruption.isWanted }
    let report = try await pipeline.report(dtb, dryRun)
    switch format {
    case .human:
      try Console.output(
        ReportText(
          report,
          width: options.width,
          decorator: options.decorator,
          sources: pipeline.policy.sources
        ).text
      )
    case .json: try Console.output(ReportJSON.value(report, sources: pipeline.policy.sources).text)
    }
    if Interruption.isWanted {
      Console.error("interrupted: the verdicts are those of the runs that were finished\n")
      throw ExitCode(2)
    }
    try pipeline.exit(findings: report.findings, unmet: report.hasUnmetConstraints)
  }
}

/// The shapes of a report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json
}
