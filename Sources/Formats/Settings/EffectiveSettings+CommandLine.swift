import Board
import Layout
import LinuxBoot
import Policy

/// A command line that somebody states.
struct StatedLine {
  let text: String
  let place: SettingPlace

  /// Its words of a name as claims, the last first, since the last one holds.
  func claims(_ name: String) -> [Setting.Claim] {
    CommandLine(text).words(name).reversed().map { word in
      Setting.Claim(
        word.value.map { "\(word.name)=\($0)" } ?? word.name,
        .word(column: word.characters.lowerBound + 1, in: place)
      )
    }
  }
}

extension EffectiveSettings {
  /// The command line as a whole.
  var commandLineSettings: [Setting] {
    let (holding, overridden) = lines
    let own = holding.map { Setting.Claim($0.text.isEmpty ? "empty" : $0.text, $0.place) }
    let none = Setting.Claim("empty", .unstated("neither tree nor policy has one"))
    let note =
      holding.count > 1
      ? "Linux reads \(holding[0].place), then \(holding[1].place) (CONFIG_CMDLINE_EXTEND)" : nil
    let rest = overridden.map { Setting.Claim($0.text.isEmpty ? "empty" : $0.text, $0.place) }
    return Setting("command-line", (own.isEmpty ? [none] : own) + rest, note: note)
      .map { [$0] } ?? []
  }

  /// The lines that hold, in the order in which the kernel reads them, and those that do not, the
  /// strongest first.
  var lines: (holding: [StatedLine], overridden: [StatedLine]) {
    var given: [StatedLine] = []
    if let text = choice.commandLine {
      let place = commandLinePlace.map { SettingPlace.layer(name: "list of boards", $0) }
      given.append(StatedLine(text: text, place: place ?? .option("--cmdline")))
    }
    given += policyClaims("cmdline").map { StatedLine(text: $0.value, place: $0.place) }
    if let text = board.bootArguments {
      given.append(StatedLine(text: text, place: .tree(path: "/chosen", property: "bootargs")))
    }
    let config = configuredLine
    switch kernel.config.commandLineUse {
    case .force: return (config, given)
    case .extend: return (Array(given.prefix(1)) + config, Array(given.dropFirst()))
    case .ifNoneGiven:
      guard given.first.map(\.text.isEmpty) ?? true else {
        return (Array(given.prefix(1)), Array(given.dropFirst()) + config)
      }
      return config.isEmpty ? (Array(given.prefix(1)), Array(given.dropFirst())) : (config, given)
    }
  }

  private var configuredLine: [StatedLine] {
    let text = kernel.config.commandLine
    guard !text.isEmpty, let configFile, let line = kernel.config.lines["CMDLINE"] else {
      return []
    }
    return [StatedLine(text: text, place: .kernelConfig(file: configFile, line: line))]
  }

  /// The words of a name that hold, the last first, and those of lines that do not hold.
  func words(_ name: String) -> (holding: [Setting.Claim], overridden: [Setting.Claim]) {
    let (holding, overridden) = lines
    return (
      holding.reversed().flatMap { $0.claims(name) }, overridden.flatMap { $0.claims(name) }
    )
  }
}
