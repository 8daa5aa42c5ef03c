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
  var dtb: String?

  @Option(help: "A YAML list of boards: {dtb, overlays, cmdline, kernel-config, variants} each.")
  var boards: String?

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func validate() throws {
    if (dtb == nil) == (boards == nil) {
      throw ValidationError("Name a DTB, or a list of boards with --boards FILE.")
    }
  }

  func run() async throws {
    let pipeline = try Pipeline(options)
    let list =
      try boards.map { try BoardList(inputs: [], file: $0, options).requests }
      ?? [pipeline.request(dtb ?? "")]
    var dryRun = DryRun.Options()
    dryRun.jobs = options.threads
    Interruption.watch()
    dryRun.isInterrupted = { Interruption.isWanted }
    var reports: [Report] = []
    var failures: [RunError] = []
    for (index, request) in list.enumerated() where !Interruption.isWanted {
      do {
        let report = try await pipeline.report(request, dryRun)
        if format == .human { try print(report, isFirst: index == 0, pipeline) }
        reports.append(report)
      } catch let error as FileError where error.path == Console.outputName {
        throw error
      } catch {
        failures.append(RunError(error))
      }
    }
    if format == .json, !reports.isEmpty {
      let sources = pipeline.policy.sources
      let value =
        boards == nil
        ? ReportJSON.value(reports[0], sources: sources)
        : ReportJSON.value(reports, sources: sources)
      try Console.output(value.text)
    }
    for failure in failures { Program.report(failure) }
    if Interruption.isWanted {
      Console.error("interrupted: the verdicts are those of the runs that were finished\n")
    }
    if Interruption.isWanted || !failures.isEmpty { throw ExitCode(2) }
    try pipeline.exit(
      findings: reports.flatMap(\.findings),
      unmet: reports.contains(where: \.hasUnmetConstraints)
    )
  }

  private func print(_ report: Report, isFirst: Bool, _ pipeline: Pipeline) throws {
    let line = String(repeating: "-", count: min(options.width, 80))
    try Console.output(
      (isFirst ? "" : "\n\(line)\n\n")
        + ReportText(
          report,
          width: options.width,
          decorator: options.decorator,
          sources: pipeline.policy.sources
        ).text
    )
  }
}

/// The shapes of a report.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json
}
