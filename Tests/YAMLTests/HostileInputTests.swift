import Diagnostics
import TestSupport
import Testing
import YAML

@Suite struct HostileInputTests {
  private static let sample = """
    %YAML 1.2
    ---
    a: &x {k: "v\\u00e9\\n", l: [1, *x2, 'it''s']}
    ? b
    : *x
    c: |2-
       blöck
    d: >
      fold

      ed
    {compatible: a,b}: !!str ~
    ...
    ---
    - - x: y
        z:
    -	"t\\
      ab" # c
    """

  @Test func everyPrefixIsRead() {
    let bytes = Array(Self.sample.utf8)
    for length in 0...bytes.count { read(Array(bytes[..<length])) }
  }

  @Test func everyChangedByteIsRead() {
    let bytes = Array(Self.sample.utf8)
    let others = Array("\u{0}\t\n :-?[]{},&*!|>'\"%@`\\#x".utf8) + [0x80, 0xC3, 0xFF]
    for index in bytes.indices {
      for other in others {
        var changed = bytes
        changed[index] = other
        read(changed)
      }
    }
  }

  @Test func randomBytesAreRead() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<rounds {
      let length = Int.random(in: 0..<200, using: &generator)
      read((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }
  }

  @Test func randomPunctuationIsRead() {
    let pieces = [
      "a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ", ", ",", "\n", "\n  ", "&x ", "*x",
      "!!str ",
      "'", "\"", "|\n", ">\n", "#", "---\n", "...\n", "\t", "é", "\\u", "%", "~", "<<: ",
    ]
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<rounds {
      let length = Int.random(in: 0..<40, using: &generator)
      let text = (0..<length).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      read(Array(text.utf8))
    }
  }

  private var rounds: Int {
    #if DEBUG
    5000
    #else
    100_000
    #endif
  }

  /// Reads `bytes` and holds what every answer has to fulfil.
  private func read(_ bytes: [UInt8]) {
    let (documents, diagnostics) = YAMLReader.read(bytes: bytes, file: "f")
    let again = YAMLReader.read(bytes: bytes, file: "f")
    #expect(again.documents == documents)
    #expect(again.diagnostics == diagnostics)
    for document in documents { check(document) }
    for finding in diagnostics {
      guard case .source(let span) = finding.primary.location else {
        Issue.record("a finding without a place")
        continue
      }
      #expect(span.start.line >= 1 && span.start.column >= 1 && span.start <= span.end)
    }
  }

  private func check(_ node: YAMLNode) {
    #expect(node.span.start <= node.span.end)
    for item in node.items ?? [] { check(item) }
    for entry in node.entries ?? [] {
      #expect(entry.key.text != nil)
      check(entry.value)
    }
    if let entries = node.entries { #expect(Set(entries.map(\.name)).count == entries.count) }
  }
}
