import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import LinuxBoot
import Policy

/// The boots of one board: each RAM variant under each kernel that was asked for.
struct BootRun {
  let board: Board
  let policy: PolicyInput
  private let variants: [Variant]
  private let versions: [String?]
  private let choice: TargetChoice
  private let isVersionGiven: Bool
  /// Whether the kernel's configuration was given.
  let isConfigStated: Bool

  /// Reads the board at `path` with its policy.
  init(_ path: String, _ options: SharedOptions) throws {
    board = try BoardInput.board(path, overlays: options.overlay)
    policy = try PolicyInput(options)
    versions = options.linuxVersions
    isVersionGiven = options.linux != nil
    isConfigStated = options.kernelConfig != nil
    choice = try TargetInput.choice(options, linux: versions.first ?? nil)
    let wanted = VariantChoice(
      ram: try options.ramRanges(),
      name: options.variant,
      objects: try options.bootObjects()
    )
    var resolver = VariantResolver(board: board, choice: wanted)
    variants = resolver.variants(
      EffectivePolicy(
        layers: policy.layers(for: board.compatible),
        compatible: board.compatible,
        variant: nil,
        tree: TreeLayer(board)
      )
    )
    if let name = wanted.name, variants.first?.name != name {
      throw RunError.input("no layer that matches \(path) has a variant `\(name)`")
    }
  }

  /// Whether the user or a layer of the user's says what version the kernel has.
  func isVersionStated(_ variant: String) -> Bool {
    if isVersionGiven { return true }
    let stated = effectivePolicy(variant).target(onArchitecture: "").linux?.origin
    guard case .layer(_, let span)? = stated else { return false }
    return !span.file.hasPrefix(PolicyInput.builtin)
  }

  private func effectivePolicy(_ variant: String?) -> EffectivePolicy {
    EffectivePolicy(
      layers: policy.layers(for: board.compatible),
      compatible: board.compatible,
      variant: variant,
      tree: TreeLayer(board)
    )
  }

  /// The input of every boot, variants in their order and versions in the order given.
  func inputs() -> [(variant: String, input: BootInput)] {
    variants.flatMap { variant -> [(variant: String, input: BootInput)] in
      let policy = effectivePolicy(variant.name)
      return versions.map { version in
        var choice = choice
        choice.linux = version
        let target = Target(board: board, policy: policy, choice: choice)
        let input = BootInput(
          tree: board.tree,
          target: target.kernel,
          commandLine: target.commandLine,
          objects: variant.objects,
          ram: variant.ram,
          firmware: variant.firmware.map(\.range)
        )
        return (variant.name, input)
      }
    }
  }

  /// What each of those boots comes to.
  func predictions() -> [BootPrediction] {
    inputs().map { variant, input in prediction(variant, input) }
  }

  func prediction(_ variant: String, _ input: BootInput) -> BootPrediction {
    BootPrediction(
      file: board.file,
      board: board.tree.root.property("model")?.string ?? board.compatible.first
        ?? "a board without `compatible`",
      variant: variant,
      kernel: input.target,
      commandLine: input.commandLine,
      outcome: LinuxBoot.replay(input)
    )
  }
}
