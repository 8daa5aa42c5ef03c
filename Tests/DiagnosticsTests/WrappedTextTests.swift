import Testing

@testable import Diagnostics

/// Text is broken between words, and nothing of it is lost.
@Suite struct WrappedTextTests {
  @Test func whatFitsStaysAsItIs() {
    #expect(WrappedText.lines("a  b ", first: 5, rest: 1) == ["a  b "])
    #expect(WrappedText.lines("", first: 10, rest: 10) == [""])
  }

  @Test func blanksInFrontStay() {
    #expect(
      WrappedText.lines("   three blanks are kept in front", first: 20, rest: 30) == [
        "   three blanks are", "kept in front",
      ]
    )
  }

  @Test func linesFillUp() {
    let text = "one two three four five six seven eight nine ten"
    #expect(
      WrappedText.lines(text, first: 23, rest: 20) == [
        "one two three four five", "six seven eight nine", "ten",
      ]
    )
  }

  @Test func aWordThatIsTooLongStandsAlone() {
    let long = String(repeating: "x", count: 50)
    #expect(WrappedText.lines("a \(long) b", first: 30, rest: 30) == ["a", long, "b"])
    #expect(WrappedText.lines(long, first: 30, rest: 30) == [long])
  }

  @Test(arguments: 20..<90)
  func everyWidthKeepsEveryWord(width: Int) {
    let text = (0..<60).map { String(repeating: "w", count: $0 * 7 % 13 + 1) }.joined(
      separator: " "
    )
    let lines = WrappedText.lines(text, first: width, rest: width)
    #expect(lines.joined(separator: " ") == text)
    #expect(lines.allSatisfy { $0.count <= width })
  }

  /// No line of a finding but a place is wider than the terminal.
  @Test(arguments: [60, 80, 100])
  func findingsFit(width: Int) {
    let words = (0..<40).map { "word\($0)" }.joined(separator: " ")
    let excerpt = TreeLocation.Excerpt(text: "reg = <0x0 0x40000000>;", marked: 6..<22)
    let tree = TreeLocation(dtb: "b.dtb", path: "/memory", property: "reg", excerpt: excerpt)
    let finding = Diagnostic(
      "no-room",
      .error,
      words,
      at: Label(.tree(tree), words),
      related: [Label(.input("command line"), words)],
      notes: [words, "short"],
      help: words
    )
    let text = HumanRenderer(width: width).render(finding)
    for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
    for word in 0..<40 {
      let count = text.split { " \n".contains($0) }.count { $0 == "word\(word)" }
      #expect(count == 5, "word\(word)")
    }
  }
}
