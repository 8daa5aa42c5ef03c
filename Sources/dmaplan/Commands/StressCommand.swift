import ArgumentParser
import Diagnostics
import DryRun
import Formats

/// `dmaplan stress LAYOUT|DTB`: the workload over many seeds.
struct StressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stress",
    abstract: "Dry-run the workload of a board or layout over many seeds.",
    discussion: "Example: dmaplan stress layout.json --jobs 2"
  )

  @Argument(help: "A DTB, or a layout.json that `dmaplan compile` has written.")
  var input: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @Option(help: "Run this many seeds instead of going on until it is sure.")
  var seeds: UInt64?

  @Option(help: "The first seed.")
  var seed: UInt64 = 1

  @OptionGroup var options: SharedOptions

  func validate() throws {
    if let seeds, !(1...1_000_000).contains(seeds) {
      throw ValidationError("--seeds is 1 to 1000000.")
    }
  }

  func run() async throws {
    var dryRun = DryRun.Options()
    dryRun.untilSure = seeds == nil
    dryRun.looks = seeds.map { [$0] } ?? dryRun.looks
    dryRun.jobs = options.threads
    dryRun.firstSeed = seed
    let pipeline = try Pipeline(options)
    try refuseWhatALayoutHasDecided()
    let (verdicts, findings) = try await pipeline.stress(input, dryRun)
    let shown = findings.filter { $0.severity > .note }
    Console.error(options.renderer(pipeline.policy.sources).render(shown.sortedWorstFirst()))
    switch format {
    case .human:
      try Console.output(
        VerdictsText(verdicts, width: options.width, decorator: options.decorator).text
      )
    case .json: try Console.output(VerdictsJSON.value(verdicts).text)
    }
    let unmet = verdicts.contains { $0.verdict == .notMet || $0.verdict == .atRisk }
    try pipeline.exit(findings: findings, unmet: unmet)
  }

  /// A layout is policy, tree and variant in one; options that would change them would do nothing.
  private func refuseWhatALayoutHasDecided() throws {
    guard input.hasSuffix(".json") else { return }
    let given: [(name: String, isGiven: Bool)] = [
      ("--policy", !options.policy.isEmpty), ("--no-builtin", options.noBuiltin),
      ("--overlay", !options.overlay.isEmpty), ("--variant", options.variant != nil),
      ("--ram", options.ram != nil), ("--linux", options.linux != nil),
      ("--cmdline", options.cmdline != nil), ("--kernel-config", options.kernelConfig != nil),
      ("--boot-object", !options.bootObject.isEmpty),
    ]
    if let option = given.first(where: \.isGiven) {
      throw ValidationError("\(option.name) is for a DTB; \(input) is a layout that has all of it.")
    }
  }
}
