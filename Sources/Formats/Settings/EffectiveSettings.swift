public import Board
public import Diagnostics
public import Layout
import LinuxBoot
import PhysicalMemory
import Policy

/// The settings that decide for one board and RAM variant, each with its place.
///
/// The order is fixed: the kernel, its command line, the CMA areas, the words of the command line,
/// what the board has.
public struct EffectiveSettings {
  let board: Board
  let compiled: CompiledVariant
  let choice: TargetChoice
  let stated: VariantChoice
  /// The `.config` as it was named, where one was given.
  let configFile: String?
  /// Where a list of boards has the command line, if it does.
  let commandLinePlace: SourceSpan?

  /// The settings of `compiled`, which was compiled for `board` with these choices of the user.
  public init(
    board: Board,
    compiled: CompiledVariant,
    choice: TargetChoice,
    stated: VariantChoice,
    configFile: String?,
    commandLinePlace: SourceSpan? = nil
  ) {
    self.board = board
    self.compiled = compiled
    self.choice = choice
    self.stated = stated
    self.configFile = configFile
    self.commandLinePlace = commandLinePlace
  }

  /// All settings.
  public var all: [Setting] {
    kernelSettings + commandLineSettings + areaSettings + wordSettings + boardSettings
  }

  var kernel: KernelTarget { compiled.target.kernel }

  /// What a layer states of `target.KEY`; of one that differs by architecture, of this one.
  func policyClaims(_ key: String) -> [Setting.Claim] {
    guard let value = compiled.policy.value[path: ["target", key]] else { return [] }
    if value.text != nil { return value.claims(Self.spaced) }
    let architecture = kernel.architecture.rawValue
    let own = value[architecture]?.claims(Self.spaced) ?? []
    let others = value.overruled.reversed().flatMap { old in
      old.text != nil ? old.claims(Self.spaced) : old[architecture]?.claims(Self.spaced) ?? []
    }
    return own + others
  }

  /// The value with its unit as reports write it: `32 MiB`.
  private static func spaced(_ value: PolicyValue) -> String {
    let text = value.summary
    let digits = text.prefix { $0.isNumber }
    let unit = text.dropFirst(digits.count)
    return !digits.isEmpty && ["KiB", "MiB", "GiB"].contains(unit) ? "\(digits) \(unit)" : text
  }

  /// What the `.config` says of a symbol, else that its default holds; nil where there is none.
  func configClaim(_ value: String, _ symbols: [String]) -> Setting.Claim? {
    guard let configFile else { return nil }
    for symbol in symbols {
      if let line = kernel.config.lines[symbol] {
        return Setting.Claim(value, .kernelConfig(file: configFile, line: line))
      }
    }
    return Setting.Claim(value, kconfigDefault)
  }

  var kconfigDefault: SettingPlace {
    .unstated("the Kconfig default of Linux \(kernel.version) on \(kernel.architecture.rawValue)")
  }

  /// A setting of the kernel's configuration: a `.config` beats policy, and the default the rest.
  func configured(
    _ name: String,
    _ value: String,
    _ symbols: [String],
    key: String? = nil,
    note: String? = nil
  ) -> [Setting] {
    let policy = key.map(policyClaims) ?? []
    let own = configClaim(value, symbols).map { [$0] } ?? []
    let claims = own + policy
    return Setting(
      name,
      claims.isEmpty ? [Setting.Claim(value, kconfigDefault)] : claims,
      note: note
    )
    .map { [$0] } ?? []
  }
}
