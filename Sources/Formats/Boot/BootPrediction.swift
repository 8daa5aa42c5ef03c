public import LinuxBoot

/// What one kernel does at boot with one RAM variant of a board.
public struct BootPrediction: Sendable {
  /// The DTB as it was named.
  public let file: String
  /// What the board calls itself: `model`, else the first string of `compatible`.
  public let board: String
  /// The RAM variant; `dtb` for the tree's own RAM.
  public let variant: String
  /// The kernel.
  public let kernel: KernelTarget
  /// The command line that the boot loader gives.
  public let commandLine: String
  /// What the boot comes to.
  public let outcome: BootOutcome

  /// The prediction of these parts.
  public init(
    file: String,
    board: String,
    variant: String,
    kernel: KernelTarget,
    commandLine: String,
    outcome: BootOutcome
  ) {
    self.file = file
    self.board = board
    self.variant = variant
    self.kernel = kernel
    self.commandLine = commandLine
    self.outcome = outcome
  }

  var map: BootMap { outcome.map }

  /// The variant as findings name it: nil where there is but the tree's own RAM.
  var namedVariant: String? { variant == "dtb" ? nil : variant }
}
