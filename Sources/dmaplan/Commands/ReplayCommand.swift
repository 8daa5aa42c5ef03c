import ArgumentParser
import Diagnostics
import DryRun
import Formats
import Layout
import LinuxBoot
import PageAllocator
import YAML

/// `dmaplan replay DTB|LAYOUT SCENARIO`: the engine alone on a list of operations.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract:
      "Run an explicit list of operations on a board's memory and say where each buffer went.",
    discussion: """
      The scenario is JSON: {"name": ..., "ops": [["alloc", "a", 4194304], ["free", "a"], ...]}. \
      The machine is what Linux makes of the DTB at boot, untouched by policy, or the one of a \
      layout. With --observed the pages that a recorded run says were pinned are pinned here too; \
      nothing else of that file is read.

      Example: dmaplan replay board.dtb scenario.json --variant 1g --format json
      """
  )

  @Argument(
    help: "A DTB, or a layout.json that `dmaplan compile` has written.",
    completion: .file(extensions: ["dtb", "json"])
  )
  var input: String

  @Argument(help: "The scenario.", completion: .file(extensions: ["json"]))
  var scenario: String

  @Option(
    help: "A recorded run of this scenario, of which only the pinned pages are used.",
    completion: .file(extensions: ["json"])
  )
  var observed: String?

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func run() throws {
    let scenario = try readScenario()
    let pins = try readPins()
    let machine = try bootedMachine()
    let outcome: ReplayOutcome
    do throws(MachineError) {
      outcome = try Replayer.run(scenario, on: machine, observedPins: pins)
    } catch {
      throw RunError.input("\(input): the memory can not be modelled: \(error)")
    }
    if let index = outcome.exhaustedAt {
      throw RunError.input(
        "\(self.scenario): operation \(index + 1) is not carried out: the scenario touches more than "
          + "\(Replayer.maximumPages) pages in all"
      )
    }
    switch format {
    case .human: try Console.output(ReplayText(outcome, name: scenario.name).text)
    case .json: try Console.output(ReplayJSON.value(outcome, name: scenario.name).text)
    }
  }

  private func readScenario() throws -> Scenario {
    let bytes = try bytes(scenario)
    let (read, diagnostics) = ScenarioJSON.read(bytes: bytes, file: scenario)
    let sources = [scenario: SourceText(file: scenario, bytes: bytes)]
    guard let read else { throw RunError.malformed(diagnostics, sources: sources) }
    if !options.quiet, !diagnostics.isEmpty {
      Console.error(HumanRenderer(sources: sources).render(diagnostics.sortedByPlace()))
    }
    return read
  }

  /// What was pinned in the recorded run, if one was given.
  private func readPins() throws -> [[UInt64]] {
    guard let observed else { return [] }
    let bytes = try bytes(observed)
    let (pins, diagnostics) = ObservedPinsJSON.read(bytes: bytes, file: observed)
    let sources = [observed: SourceText(file: observed, bytes: bytes)]
    guard let pins else { throw RunError.malformed(diagnostics, sources: sources) }
    return pins
  }

  /// The machine of a layout, or the one that the kernel makes of a tree.
  private func bootedMachine() throws -> ReplayMachine {
    if input.hasSuffix(".json") {
      try options.refuseWhatALayoutHasDecided(input)
      return ReplayMachine(try LayoutInput.layout(input))
    }
    let run = try BootRun(input, options)
    let inputs = run.inputs()
    guard let first = inputs.first?.input, inputs.count == 1 else {
      throw RunError.input(
        "\(input): the board has several RAM variants or kernels; choose one with --variant, --ram or "
          + "--linux"
      )
    }
    let outcome = LinuxBoot.replay(first)
    if let panic = outcome.panic {
      let help = panic == .noMemory ? "; state its RAM with --ram" : ""
      throw RunError.input("\(input): Linux does not boot on this: \(panic.reason)\(help)")
    }
    return ReplayMachine(
      outcome.map,
      target: first.target,
      commandLine: CommandLine(first.commandLine),
      objects: first.objects
    )
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    do throws(FileError) {
      return try InputFile.bytes(path, limit: YAMLLimits.data.bytes)
    } catch {
      throw RunError.input(error.description)
    }
  }
}
