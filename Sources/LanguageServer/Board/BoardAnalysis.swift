import Board
import DeviceTree
import Diagnostics
import Formats
import Layout
import LinuxBoot
import Policy
import Validation
import YAML

/// A board with the policy that holds for it, worked out as `dmaplan check` does.
struct BoardAnalysis {
  /// What it was made for.
  let settings: BoardSettings
  let board: Board
  let layers: [Layer]
  /// The RAM variants, the smallest first.
  let variants: [CompiledVariant]
  /// What decides for each of them.
  private let effective: [EffectiveSettings]
  /// What is wrong, without what is wrong with the text of the layers.
  let findings: [Diagnostic]

  /// Reads the board of `settings` and compiles it with `layers`; nil where none is set.
  init?(
    _ settings: BoardSettings,
    _ layers: [Layer],
    host: some ServerHost
  ) throws(HostError) {
    guard let dtb = settings.dtb else { return nil }
    let board = try Self.board(dtb, settings.overlays, host)
    let choice = try Self.choice(settings, host)
    var stated = VariantChoice()
    stated.name = settings.variant
    let compiled = LayoutCompiler(
      board: board,
      layers: layers,
      target: choice,
      variants: stated,
      digests: (tree: "", policy: "")
    ).compile()
    if let name = settings.variant, !compiled.variants.contains(where: { $0.variant.name == name })
    {
      throw HostError("no layer that matches \(dtb) has a variant `\(name)`")
    }
    let effective = compiled.variants.map { variant in
      EffectiveSettings(
        board: board,
        compiled: variant,
        choice: choice,
        stated: stated,
        configFile: settings.kernelConfig
      )
    }
    let statements = StatementFindings(effective)
    let subject = Subject(board: board, variants: compiled.variants, layers: layers)
    findings =
      Validator(today: host.today)
      .judge(subject, compiled: compiled.diagnostics + statements.all).findings
    self.settings = settings
    self.effective = effective
    self.board = board
    self.layers = layers
    variants = compiled.variants
  }

  private static func board(
    _ dtb: String,
    _ overlays: [String],
    _ host: some ServerHost
  ) throws(HostError) -> Board {
    let base = try host.bytes(ofFile: dtb, limit: DeviceTree.maximumSize)
    var more: [(file: String, bytes: [UInt8])] = []
    for overlay in overlays {
      more.append((overlay, try host.bytes(ofFile: overlay, limit: DeviceTree.maximumSize)))
    }
    do throws(BoardFileError) {
      return try Board(base: (dtb, base), overlays: more)
    } catch {
      throw HostError(error.description)
    }
  }

  private static func choice(
    _ settings: BoardSettings,
    _ host: some ServerHost
  ) throws(HostError) -> TargetChoice {
    if let linux = settings.linux, KernelVersion(linux) == nil {
      throw HostError("`\(linux)` is no kernel version; write 6.12 or 6.12.94")
    }
    var choice = TargetChoice(linux: settings.linux, commandLine: settings.commandLine)
    guard let path = settings.kernelConfig else { return choice }
    let bytes = try host.bytes(ofFile: path, limit: KernelConfigFile.maximumBytes)
    do throws(KernelConfigFile.Failure) {
      choice.kernelConfig = try KernelConfigFile.text(bytes)
    } catch {
      throw HostError("\(path): \(error)")
    }
    return choice
  }
}

extension BoardAnalysis {
  /// The value of a key in the policy that holds, for each variant; regions may be named as any
  /// layer names them.
  func values(at names: [String]) -> [(variant: String, value: PolicyValue)] {
    variants.compactMap { variant in
      var path = names
      if path.count > 1, ["pools", "carve-outs"].contains(path[0]) {
        path[1] = variant.policy.binding.canonicalName(path[1])
      }
      return variant.policy.value[path: path].map { (variant.variant.name, $0) }
    }
  }

  /// A setting that decides what Linux does, with the words of the command line and the lines of
  /// the configuration that have a say, for each variant.
  func setting(_ name: String) -> [(variant: String, setting: Setting)] {
    zip(variants, effective).compactMap { variant, effective in
      effective.all.first { $0.name == name }.map { (variant.variant.name, $0) }
    }
  }

  /// The names under a key of the policy that holds.
  func names(at path: [String]) -> [String] {
    var seen: Set<String> = []
    return values(at: path).flatMap(\.value.entries).map(\.name)
      .filter { seen.insert($0).inserted }
  }
}

extension BoardAnalysis {
  /// A note for each quirk among `layers` that is not for this board, so that nobody takes silence
  /// about it for approval.
  func strangers(among layers: [Layer]) -> [Diagnostic] {
    layers.filter { layer in
      guard let match = layer.match else { return false }
      return layer.rank(forCompatible: board.compatible, variant: match.variant) == nil
    }
    .map { layer in
      let names = layer.match?.compatible ?? []
      let guess = names.lazy.compactMap { $0.text }
        .compactMap { didYouMean($0, among: board.compatible) }.first
      let place = names.first?.span ?? layer.span
      return Diagnostic(
        "quirk-unmatched",
        .note,
        "quirk `\(layer.name)` is not for the board that this file is held against",
        at: Label(.source(place), "that is `\(board.compatible.first ?? board.file)`"),
        notes: ["the layer was checked by itself, not on its board"],
        help: guess.map { "match `\($0)`" } ?? "set the DTB of its board"
      )
    }
  }
}
