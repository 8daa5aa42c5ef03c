import ArgumentParser
import Diagnostics
import DryRun
import Formats
import Layout

/// `dmaplan stress LAYOUT|DTB`: the workload over many seeds.
struct StressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stress",
    abstract: "Dry-run the workload of a board or layout over many seeds.",
    discussion: """
      Runs 20, 110 and 440 seeds until every verdict is sure. ^C ends it after the runs that have \
      begun, prints what is known so far, and exits with status 2. Of several boards each is \
      printed as soon as it is judged; those of a folder that have nothing to run are counted.

      Example: dmaplan stress layout.json --jobs 2
               dmaplan stress boards/ --policy site.yaml --success 99%
      """
  )

  @Argument(
    help:
      "DTBs, layouts that `dmaplan compile` has written, or folders that are searched for both.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var inputs: [String] = []

  @Option(
    help: "A YAML list of boards: {dtb, overlays, cmdline, kernel-config, variants} each.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var boards: String?

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @Option(help: "Run this many seeds instead of going on until it is sure.")
  var seeds: UInt64?

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @Flag(help: "Stop at the first seed with a failure, after --seeds of them (10000) at most.")
  var untilFailure = false

  @Option(help: "Only this workload.")
  var workload: String?

  @Option(
    help: "Write what happens in the run of --seed to this file, as JSON.",
    completion: .file(extensions: ["json"])
  )
  var trace: String?

  @OptionGroup var success: SuccessOption
  @OptionGroup var options: SharedOptions

  func validate() throws {
    if inputs.isEmpty == (boards == nil) {
      throw ValidationError(
        "Name DTBs, layouts or folders, or a list of boards with --boards FILE."
      )
    }
    if let seeds, !(1...1_000_000).contains(seeds) {
      throw ValidationError("--seeds is 1 to 1000000.")
    }
  }

  func run() async throws {
    Interruption.watch()
    let pipeline = try Pipeline(options)
    let list = try StressList(inputs, boards: boards, pipeline)
    let output = StressOutput(format: format, pipeline: pipeline, list: list)
    let run = StressRun(pipeline: pipeline, list: list, dryRun: dryRun, workload: workload)
    var failures: [RunError] = []
    try await run.each { subject in
      if let trace { try write(subject, to: trace) }
    } take: { result in
      switch result {
      case .success(let judged): try output.take(judged)
      case .failure(let error): failures.append(error)
      }
    }
    try output.finish()
    for failure in failures { Program.report(failure) }
    if Interruption.isWanted {
      Console.error("interrupted: these are the runs that were finished\n")
    }
    if Interruption.isWanted || !failures.isEmpty { throw ExitCode(2) }
    try pipeline.exit(findings: output.findings, unmet: output.hasUnmetConstraints)
  }

  private var dryRun: DryRun.Options {
    var dryRun = DryRun.Options()
    dryRun.untilSure = seeds == nil && !untilFailure
    dryRun.untilFailure = untilFailure
    if let seeds { dryRun.looks = [seeds] } else if untilFailure { dryRun.looks = [10_000] }
    dryRun.jobs = options.threads
    dryRun.firstSeed = seed
    dryRun.successTarget = success.target
    dryRun.isInterrupted = { Interruption.isWanted }
    return dryRun
  }

  private func write(_ subject: StressSubject, to file: String) throws {
    guard subject.layouts.count == 1, let layout = subject.layouts.first,
      layout.workloads.count == 1, let workload = layout.workloads.first?.name,
      inputs.count == 1, !Folder.isFolder(inputs[0])
    else {
      throw ValidationError(
        "--trace is for one workload on one variant; name them with --workload and --variant."
      )
    }
    guard let events = DryRun.trace(layout, workload: workload, seed: seed) else {
      throw RunError.input(
        "\(subject.title): workload `\(workload)` can not be run on this machine"
      )
    }
    let json = TraceJSON.value(events, variant: layout.variant, workload: workload, seed: seed)
    try OutputFile.write(Array(json.text.utf8), to: file)
  }
}

/// `--success`.
struct SuccessOption: ParsableArguments {
  @Option(name: .customLong("success"), help: "The share of runs that has to succeed, such as 95%.")
  var text: String = "95%"

  func validate() throws {
    guard let percent, (1...100).contains(percent) else {
      throw ValidationError("`\(text)` is no share of runs; write --success 95%.")
    }
  }

  private var percent: UInt64? { UInt64(text.hasSuffix("%") ? text.dropLast() : text[...]) }

  /// The share.
  var target: Proportion { Proportion(percent: percent ?? 95) }
}
