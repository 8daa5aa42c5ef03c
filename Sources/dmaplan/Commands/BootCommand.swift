import ArgumentParser
import Diagnostics
import Formats
import LinuxBoot

/// `dmaplan boot DTB`: what Linux does with the board's memory at boot.
struct BootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boot",
    abstract: "Show what Linux will do with this board at boot: the memory map, to the byte.",
    discussion: """
      Of a board whose policy has RAM variants every one is shown; --variant or --ram picks one. \
      --linux takes several versions with commas between, and says what changes between them.

      Example: dmaplan boot board.dtb --linux 6.1,6.12
      """
  )

  @Argument(help: "The board's DTB.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func run() throws {
    let run = try BootRun(dtb, options)
    let predictions = run.predictions()
    let changes = BootChanges.findings(predictions)
    switch format {
    case .human:
      let texts = predictions.map { FittedText.lines(of: BootText($0).text, width: options.width) }
      try Console.output(texts.joined(separator: "\n" + Self.rule + "\n"))
      if !changes.isEmpty {
        try Console.output("\n" + options.renderer([:]).render(changes))
      }
    case .json: try Console.output(BootJSON.value(predictions, changes: changes).text)
    }
    let panics = predictions.compactMap(BootChanges.panic)
    if !options.quiet { Self.warn(predictions) }
    Console.error(options.renderer([:]).render(panics))
    try options.exit(findings: changes + panics)
  }

  private static let rule = String(repeating: "-", count: 60)

  /// Versions whose rules are those of another.
  private static func warn(_ predictions: [BootPrediction]) {
    var said: Set<KernelVersion> = []
    for prediction in predictions where !prediction.kernel.version.isModelled {
      let version = prediction.kernel.version
      guard said.insert(version).inserted else { continue }
      Console.error(
        "warning: Linux \(version) is not modelled; the rules of the nearest version, "
          + "\(version.nearestModelled), are used\n"
      )
    }
  }
}
