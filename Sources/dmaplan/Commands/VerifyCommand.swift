import ArgumentParser
import Board
import Diagnostics
import Formats
import LinuxBoot

/// `dmaplan verify DTB --log FILE`: predicted against what a boot log says.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hold the prediction for a board against a boot log, and explain each difference.",
    discussion: """
      The log is what dmesg, journalctl -k or a serial capture gives; with memblock=debug on the \
      command line it says most. The kernel's version and command line are the log's unless they \
      are given.

      Example: dmaplan verify board.dtb --log dmesg.txt --kernel-config config
      """
  )

  @Argument(help: "The DTB that the board boots.", completion: .file(extensions: ["dtb"]))
  var dtb: String

  @Option(help: "The boot log.", completion: .file())
  var log: String

  @Option(help: "The shape of the output: human, json.")
  var format: ReportFormat = .human

  @OptionGroup var options: SharedOptions

  func run() throws {
    if options.linuxVersions.count > 1 {
      throw RunError.input("--linux takes one version here: the log is of one boot")
    }
    let log = try readLog()
    let run = try BootRun(dtb, options)
    let comparison = try Self.closest(log, run)
    var findings = LogFindings.findings(comparison.differences, dtb: dtb, log: self.log)
    if !comparison.agrees, let overlay = try missingOverlay(log) {
      findings = [LogFindings.overlayMissing(overlay, dtb: dtb, log: self.log)]
    }
    switch format {
    case .human:
      try Console.output(
        options.renderer([:]).render(findings) + (findings.isEmpty ? "" : "\n")
          + VerifyText.summary(comparison)
      )
    case .json:
      let board = run.board.compatible.first ?? dtb
      try Console.output(
        FindingsJSON.value([
          FindingsJSON.BoardFindings(board: board, dtb: dtb, findings: findings)
        ]).text
      )
    }
    try options.exit(findings: findings)
  }

  private func readLog() throws -> BootLog {
    let bytes = try InputFile.bytes(log, limit: BootLog.maximumBytes)
    if bytes.starts(with: [0x1f, 0x8b]) {
      throw RunError.input("\(log): this file is compressed", help: "unpack it: gunzip -k \(log)")
    }
    let log = BootLog(bytes: bytes)
    if log.saysNothing {
      throw RunError.input(
        "\(self.log): there is no line of a booting kernel in this file",
        help: "give what dmesg, journalctl -k or the serial console printed, from the first line on"
      )
    }
    if let version = log.versionText, KernelVersion(version) == nil, options.linux == nil {
      throw RunError.input(
        "\(self.log): the line `Linux version \(version.prefix(40))` names no version",
        help: "mend the line, or give the version with --linux"
      )
    }
    return log
  }

  /// The comparison with the RAM variant that the log fits best.
  private static func closest(_ log: BootLog, _ run: BootRun) throws -> BootComparison {
    let comparisons = run.inputs().map { variant, input in
      BootComparison(
        log,
        input,
        isVersionStated: run.isVersionStated(variant),
        isConfigStated: run.isConfigStated
      )
    }
    guard let best = comparisons.min(by: { $0.differences.count < $1.differences.count }) else {
      throw RunError.input("\(run.board.file): there is no RAM variant to compare with")
    }
    return best
  }

  /// The overlay without which the log agrees, if one is to blame.
  private func missingOverlay(_ log: BootLog) throws -> String? {
    for position in options.overlay.indices.reversed() {
      var fewer = options
      fewer.overlay.remove(at: position)
      guard let run = try? BootRun(dtb, fewer),
        let comparison = try? Self.closest(log, run), comparison.agrees
      else { continue }
      return options.overlay[position]
    }
    return nil
  }
}
