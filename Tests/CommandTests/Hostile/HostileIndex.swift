import Foundation
import Testing

/// One input of `fixtures/hostile` with the answer that it has to get.
struct HostileInput: Sendable, CustomTestStringConvertible {
  /// One finding or error of the answer.
  struct Expectation: Sendable {
    enum Kind: Hashable, Sendable {
      /// A finding of this severity and rule, or an error without rule.
      case finding(severity: String, rule: String?)
      /// Words anywhere in the answer, such as a reason in JSON.
      case says
      /// An error that the language server sends.
      case reply
    }
    let kind: Kind
    /// Where it is found; nil where the words themselves begin with the file.
    let place: String?
    /// A part of what is said.
    let text: String
  }

  let name: String
  let status: Int32
  let command: [String]
  var expectations: [Expectation] = []

  var testDescription: String { name }
}

/// `fixtures/hostile/expected.txt`.
///
/// A line `command PREFIX: WORDS` says how the inputs of a family are given to the program, `{}`
/// standing for the file. A line `NAME STATUS` begins an input, with `: WORDS` behind it where its
/// command is another; what follows indented is its answer: `SEVERITY[RULE] PLACE | WORDS`,
/// `error | WORDS`, `says | WORDS`, `reply | WORDS`.
struct HostileIndex {
  static let folder = Command.root.appending(path: "fixtures/hostile")

  private(set) var inputs: [HostileInput] = []
  /// Lines that are none of those.
  private(set) var faults: [String] = []
  private var commands: [(prefix: String, words: [String])] = []

  static let shared = HostileIndex(
    (try? String(contentsOf: folder.appending(path: "expected.txt"), encoding: .utf8)) ?? ""
  )

  init(_ text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      if let match = line.wholeMatch(of: #/command (\S+): (.*)/#) {
        commands.append((String(match.1), match.2.split(separator: " ").map { String($0) }))
      } else if let match = line.wholeMatch(of: #/(\S+) ([0-9]+)(?:: (.*))?/#) {
        add(String(match.1), Int32(match.2) ?? -1, match.3)
      } else if let match = line.wholeMatch(of: #/ +([a-z]+)(?:\[([a-z0-9-]+)\] (\S+))? \| (.+)/#),
        !inputs.isEmpty
      {
        expect(String(match.1), match.2.map { String($0) }, match.3.map { String($0) }, match.4)
      } else {
        faults.append(String(line))
      }
    }
  }

  private mutating func add(_ name: String, _ status: Int32, _ own: Substring?) {
    let words =
      own?.split(separator: " ").map { String($0) }
      ?? commands.first { name.hasPrefix($0.prefix) }?.words
    guard let words else { return faults.append("\(name): no command") }
    inputs.append(
      HostileInput(
        name: name,
        status: status,
        command: words.map { $0.replacing("{}", with: name) }
      )
    )
  }

  private mutating func expect(
    _ word: String,
    _ rule: String?,
    _ place: String?,
    _ text: Substring
  ) {
    let kind: HostileInput.Expectation.Kind =
      switch word {
      case "says": .says
      case "reply": .reply
      default: .finding(severity: word, rule: rule)
      }
    let name = inputs[inputs.count - 1].name
    inputs[inputs.count - 1].expectations.append(
      HostileInput.Expectation(
        kind: kind,
        place: place?.replacing("{}", with: name),
        text: String(text).replacing("{}", with: name)
      )
    )
  }
}
