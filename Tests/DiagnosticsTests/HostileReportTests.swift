import Diagnostics
import TestSupport
import Testing

@Suite struct HostileReportTests {
  @Test func nothingFromOutsideReachesTheTerminal() {
    let evil = "\u{1B}]0;x\u{7}\u{9B}2J\r\n\u{2028}"
    let finding = Diagnostic(
      RuleID(rawValue: "r" + evil),
      .error,
      evil,
      at: Label(
        .tree(
          TreeLocation(
            dtb: evil,
            path: "/" + evil,
            property: evil,
            excerpt: .init(text: evil, marked: 0..<100)
          )
        ),
        evil
      ),
      related: [
        Label(.source(Samples.span(1, 1..<9, file: evil)), evil), Label(.input(evil), evil),
      ],
      notes: [evil],
      help: evil,
      fix: FixIt(span: Samples.span(1, 1..<2, file: evil), replacement: evil, applicability: .safe),
      variant: evil
    )
    let sources = [evil: SourceText(file: evil, text: evil)]
    let human = HumanRenderer(sources: sources).render([finding])
    let concise = ConciseRenderer().render([finding])
    for text in [human, concise] {
      #expect(
        text.unicodeScalars.allSatisfy {
          $0 == "\n" || ($0.value >= 0x20 && $0.value < 0x7F)
        }
      )
    }
    #expect(concise.split(separator: "\n").count == 5)
  }

  @Test func longLinesAreCutAroundTheMark() {
    let line = String(repeating: "a", count: 300) + "MARK" + String(repeating: "b", count: 300)
    let source = SourceText(file: "l", text: line)
    let finding = Diagnostic(
      "x",
      .error,
      "m",
      at: Label(.source(Samples.span(1, 301..<305, file: "l")), "here")
    )
    let lines = HumanRenderer(sources: ["l": source], width: 40).render(finding)
      .split(separator: "\n")
    #expect(lines[3] == " 1 | ...aaaaaaaaaaaaaMARKbbbbbbbbbbbb...")
    #expect(lines[4] == "   |                 ^^^^ here")
  }

  @Test func everyMarkOfALongLineStaysInTheLine() {
    let line = String((0..<90).map { Character(Unicode.Scalar(UInt8(65 + $0 % 26))) })
    let source = SourceText(file: "l", text: line)
    for start in 1...95 {
      for length in [0, 1, 5, 95] {
        let finding = Diagnostic(
          "x",
          .error,
          "m",
          at: Label(.source(Samples.span(1, start..<start + length, file: "l")), "")
        )
        let lines = HumanRenderer(sources: ["l": source], width: 40).render(finding)
          .split(separator: "\n").map(Array.init)
        #expect(lines[3].count <= 40)
        #expect(lines[4].count <= lines[3].count + 1)
        guard start <= 90, length > 0, let caret = lines[4].firstIndex(of: "^") else { continue }
        #expect(lines[3][caret] == Array(line)[start - 1])
      }
    }
  }

  @Test func aLineOfManyMegabytesIsCutQuickly() {
    let line = String(repeating: "{\"a\": 1, ", count: 100_000)
    let source = SourceText(file: "l", text: line)
    let span = Samples.span(1, 450_002..<450_005, file: "l")
    let finding = Diagnostic(
      "x",
      .error,
      "m",
      at: Label(.source(span), "here"),
      related: [Label(.source(Samples.span(1, 2..<5, file: "l")), "first")],
      fix: FixIt(span: span, replacement: "b", applicability: .safe)
    )
    let renderer = HumanRenderer(sources: ["l": source], width: 40)
    let lines = renderer.render(finding).split(separator: "\n").map(String.init)
    #expect(lines[3] == " 1 | ...1, {\"a\": 1, {\"a\": 1, {\"a\": 1,...")
    #expect(lines[4] == "   | --- first")
    #expect(lines[5] == "   |                 ^^^ here")
    #expect(lines.allSatisfy { $0.count <= 44 })
    #expect(renderer.render(finding).utf8.count < 500)
  }

  @Test func anyPlacesInAnyTextAreDrawn() {
    var generator = SeededGenerator(seed: 7)
    func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }
    let pieces: [Unicode.Scalar] = ["a", "b", " ", "\t", "\n", "\r", "漢", "\u{301}", "😀", "\u{1B}"]
    for _ in 0..<3000 {
      var text = String.UnicodeScalarView()
      for _ in 0..<number(0...120) { text.append(pieces[number(0...pieces.count - 1)]) }
      func span() -> SourceSpan {
        SourceSpan(
          file: "f",
          start: SourcePosition(line: number(-1...9), column: number(-1...99)),
          end: SourcePosition(line: number(-1...9), column: number(-1...99))
        )
      }
      func label() -> Label {
        guard number(0...2) == 0 else { return Label(.source(span()), "label") }
        let from = number(-5...150)
        let excerpt = TreeLocation.Excerpt(
          text: String(text),
          marked: from..<from + number(0...150)
        )
        return Label(.tree(TreeLocation(dtb: "d", path: "/", excerpt: excerpt)), "label")
      }
      let finding = Diagnostic(
        "x",
        .error,
        "m",
        at: label(),
        related: (0..<number(0...4)).map { _ in label() },
        fix: FixIt(span: span(), replacement: String(text), applicability: .safe)
      )
      let sources = ["f": SourceText(file: "f", text: String(text))]
      let report = HumanRenderer(sources: sources, width: 40).render(finding)
      // Every label is said, whatever it points at, and no control character comes through.
      #expect(report.split(separator: "label").count == finding.related.count + 2)
      #expect(!report.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      _ = finding.fingerprintKey(board: "b", sources: sources)
    }
  }
}
