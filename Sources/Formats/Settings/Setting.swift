public import Diagnostics
import Policy

/// A setting that decides what Linux does with a board's memory: the value in effect, and every
/// other that somebody stated.
public struct Setting: Hashable, Sendable {
  /// A value and where it stands.
  public struct Claim: Hashable, Sendable {
    /// The value in words.
    public let value: String
    /// Where it stands.
    public let place: SettingPlace

    /// `value`, which stands at `place`.
    public init(_ value: String, _ place: SettingPlace) {
      self.value = value
      self.place = place
    }
  }

  /// What it is called, as in `default-cma`; a word of the command line keeps its own name.
  public let name: String
  /// What holds.
  public let effective: Claim
  /// What was overridden, the strongest first.
  public let overridden: [Claim]
  /// What else there is to know: where the area came to lie, why a word has no effect.
  public let note: String?

  /// `name` with what was stated of it, the strongest first; nil where nothing was.
  public init?(_ name: String, _ claims: [Claim], note: String? = nil) {
    guard let first = claims.first else { return nil }
    self.name = name
    effective = first
    overridden = Array(claims.dropFirst())
    self.note = note
  }
}

/// Where a setting stands.
public indirect enum SettingPlace: Hashable, Sendable {
  /// A layer of policy.
  case layer(name: String, SourceSpan)
  /// A node or property of the tree.
  case tree(path: String, property: String?)
  /// A line of the kernel's `.config`.
  case kernelConfig(file: String, line: Int)
  /// An option of this program.
  case option(String)
  /// A word of the command line that stands at a place; columns from 1.
  case word(column: Int, in: SettingPlace)
  /// Nobody stated it: what the kernel takes, and why.
  case unstated(String)
}

extension SettingPlace: CustomStringConvertible {
  /// The place in words that a person finds again.
  public var description: String {
    switch self {
    case .layer(_, let span): "\(span.file):\(span.start.line):\(span.start.column)"
    case .tree(let path, let property): property.map { "\(path):\($0)" } ?? path
    case .kernelConfig(let file, let line): "\(file):\(line)"
    case .option(let name): name
    case .word(let column, .layer(_, let span)):
      "\(span.file):\(span.start.line):\(span.start.column), character \(column)"
    case .word(let column, let line): "\(line), character \(column)"
    case .unstated(let why): why
    }
  }
}

extension SettingPlace {
  /// The place of a value of policy.
  init(_ origin: ValueOrigin) {
    switch origin {
    case .layer(let name, let span): self = .layer(name: name, span)
    case .tree(let path, let property): self = .tree(path: path, property: property)
    case .commandLine(let word): self = .option("--cmdline \(word)")
    case .kernelConfig(let line): self = .option("--kernel-config \(line)")
    case .assumed(let what): self = .unstated(what)
    }
  }
}

extension PolicyValue {
  /// What the layers state of one value, the strongest first.
  func claims(_ text: (PolicyValue) -> String = \.summary) -> [Setting.Claim] {
    ([self] + overruled.reversed()).map { Setting.Claim(text($0), SettingPlace($0.origin)) }
  }
}
