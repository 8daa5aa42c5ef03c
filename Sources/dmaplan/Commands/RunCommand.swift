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

  @Argument(help: "The board's DTB.", completion: .file(extensions: ["dtb"]))
  var dtb: String?

  @Option(
    help: "A YAML list of boards: {dtb, overlays, cmdline, kernel-config, variants} each.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var boards: String?

  @Option(help: "The shape of the output: human, json, html.")
  var format: PageFormat = .human

  @OptionGroup var output: OutputOption
  @OptionGroup var options: SharedOptions

  func validate() throws {
    if (dtb == nil) == (boards == nil) {
      throw ValidationError("Name a DTB, or a list of boards with --boards FILE.")
    }
    if boards != nil, format == .html {
      throw ValidationError("A page is of one board: name its DTB instead of --boards.")
    }
  }

  func run() async throws {
    let pipeline = try Pipeline(options)
    let list =
      try boards.map { try BoardList(inputs: [], file: $0, pipeline.general).requests }
      ?? [pipeline.request(dtb ?? "")]
    var dryRun = DryRun.Options()
    dryRun.jobs = options.threads
    Interruption.watch()
    dryRun.isInterrupted = { Interruption.isWanted }
    var reports: [Report] = []
    var failures: [RunError] = []
    for request in list where !Interruption.isWanted {
      do {
        let report = try await pipeline.report(request, dryRun, drawn: format == .html)
        if format == .human, output.file == nil {
          try Console.output(separator(reports.count) + human(report, pipeline))
        }
        reports.append(report)
      } catch let error as FileError where error.path == Console.outputName {
        throw error
      } catch {
        failures.append(RunError(error).at(request.place))
      }
    }
    try write(reports, pipeline)
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

  /// Writes what was not yet said: people read board after board, programs one value.
  private func write(_ reports: [Report], _ pipeline: Pipeline) throws {
    guard !reports.isEmpty, format != .human || output.file != nil else { return }
    let sources = pipeline.policy.sources
    let text =
      switch format {
      case .human:
        reports.enumerated().map { separator($0) + human($1, pipeline) }.joined()
      case .json:
        boards == nil
          ? ReportJSON.value(reports[0], sources: sources).text
          : ReportJSON.value(reports, sources: sources).text
      case .html: HTMLReport(reports[0], sources: sources).text
      }
    try output.write(text)
  }

  /// What stands between two reports for people.
  private func separator(_ before: Int) -> String {
    before == 0 ? "" : "\n\(String(repeating: "-", count: min(options.width, 80)))\n\n"
  }

  private func human(_ report: Report, _ pipeline: Pipeline) -> String {
    ReportText(
      report,
      width: options.width,
      decorator: output.file == nil ? options.decorator : .plain,
      sources: pipeline.policy.sources
    ).text
  }
}

/// The shapes of what can be a page.
enum PageFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json, html
}

/// The shapes of what the smaller commands have to say.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json
}
