import ArgumentParser
import Diagnostics
import DryRun
import Formats
import Layout

/// `dmaplan compare DTB`: the same workload under each system.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run the same workload under each strategy, historic ones included.",
    discussion: """
      Every system gets as much memory as the pools have that the workload's devices use. 20 seeds \
      are run of each; --seeds asks for more.

      Example: dmaplan compare board.dtb --variant 1g --workload kiosk-1080p
               dmaplan compare layout.json --workload usb --format html -o out.html
      """
  )

  @Argument(
    help: "A DTB, or a layout.json that `dmaplan compile` has written.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var input: String

  @Option(help: "The shape of the output: human, json, html.")
  var format: PageFormat = .human

  @Option(help: "Only this workload.")
  var workload: String?

  @Option(help: ArgumentHelp("Only this system (repeatable): " + names + "."))
  var strategy: [String] = []

  @Option(help: "How many seeds to run of each.")
  var seeds: UInt64 = 20

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOption
  @OptionGroup var options: SharedOptions

  private static let names = DryRun.ComparedStrategy.allCases.map(\.rawValue)
    .joined(separator: ", ")

  func validate() throws {
    guard (1...100_000).contains(seeds) else {
      throw ValidationError("--seeds is 1 to 100000.")
    }
    for name in strategy where DryRun.ComparedStrategy(rawValue: name) == nil {
      throw ValidationError("`\(name)` is no strategy; there are \(Self.names).")
    }
  }

  func run() async throws {
    Interruption.watch()
    try options.refuseWhatALayoutHasDecided(input)
    let pipeline = try Pipeline(options)
    let subject = try StressSubject(input, pipeline, workload: workload)
    if subject.layouts.isEmpty { throw RunError.noLayout(input) }
    let wanted =
      strategy.isEmpty
      ? DryRun.ComparedStrategy.allCases
      : strategy.compactMap { DryRun.ComparedStrategy(rawValue: $0) }
    var dryRun = DryRun.Options()
    dryRun.looks = [seeds]
    dryRun.firstSeed = seed
    dryRun.jobs = options.threads
    dryRun.isInterrupted = { Interruption.isWanted }
    let workloads = subject.layouts.reduce(0) { $0 + $1.workloads.count }
    let meter = options.meter("compare", total: workloads * wanted.count * Int(seeds))
    defer { meter?.hide() }
    var comparisons: [DryRun.Comparison] = []
    for layout in subject.layouts where !Interruption.isWanted {
      comparisons += await DryRun.compare(layout, strategies: wanted, options: dryRun) {
        meter?.advance()
      }
    }
    meter?.hide()
    let text =
      switch format {
      case .human: ComparisonText(comparisons, width: options.width).text
      case .json: ComparisonJSON.value(comparisons).text
      case .html: HTMLComparison(comparisons, title: input).text
      }
    try output.write(text)
    if Interruption.isWanted {
      Console.error("interrupted: these are the runs that were finished\n")
      throw ExitCode(2)
    }
    try pipeline.exit(findings: subject.findings, unmet: false)
  }
}
