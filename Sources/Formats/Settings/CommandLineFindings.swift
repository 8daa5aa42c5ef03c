import Board
public import Diagnostics
import LinuxBoot
import PhysicalMemory

extension EffectiveSettings {
  /// The words of the lines that hold which the kernel reads otherwise than they are meant.
  public var commandLineFindings: [Diagnostic] {
    lines.holding.flatMap { line in
      CommandLine(line.text).memoryFaults.map { $0.finding(at: location(line.place)) }
    }
  }

  private func location(_ place: SettingPlace) -> Location {
    switch place {
    case .layer(_, let span): .source(span)
    case .tree(let path, let property):
      .tree(TreeLocation(dtb: board.file, path: path, property: property))
    case .word(_, let line): location(line)
    case .kernelConfig, .option, .unstated: .input(place.description)
    }
  }
}

extension CommandLineFault {
  fileprivate func finding(at place: Location) -> Diagnostic {
    let text = word.value.map { "\(word.name)=\($0)" } ?? word.name
    let read = ByteCount(reading).approximate
    let (severity, message, label): (Severity, String, String) =
      switch kind {
      case .nothing:
        (.error, "`\(text)` states no size", "Linux reads it as a size of 0")
      case .part(let rest):
        (.error, "`\(text)` is read as \(read)", "`\(rest)` is passed over without a word")
      case .unitTail(let rest):
        (.note, "`\(text)` is read as \(read)", "`\(rest)` means nothing to Linux")
      }
    return Diagnostic(
      "command-line-malformed",
      severity,
      message,
      at: Label(place, label),
      help: help
    )
  }

  private var help: String {
    if case .unitTail = kind, let value = word.value {
      return "write `\(word.name)=\(value.prefix { !"iBb".contains($0) })`"
    }
    return "write `\(word.name)=\(form)` with a whole number and K, M or G"
  }
}
