import Diagnostics
import Testing

@Suite struct FixDiffTests {
  private func diff(_ start: (Int, Int), _ end: (Int, Int), _ replacement: String) -> [String] {
    let span = SourceSpan(
      file: "f",
      start: SourcePosition(line: start.0, column: start.1),
      end: SourcePosition(line: end.0, column: end.1)
    )
    let finding = Diagnostic(
      "x",
      .error,
      "m",
      at: Label(.input("f"), ""),
      fix: FixIt(span: span, replacement: replacement, applicability: .safe)
    )
    let source = SourceText(file: "f", text: "a: 1\nb: 2\nc: 3\n")
    return HumanRenderer(sources: ["f": source]).render(finding).split(separator: "\n")
      .dropFirst(5).map(String.init)
  }

  @Test func replacesInsertsRemoves() {
    #expect(diff((2, 4), (2, 5), "9") == [" 2 - b: 2", " 2 + b: 9"])
    #expect(diff((2, 1), (2, 1), "x: 0\ny: 0\n") == [" 2 + x: 0", " 3 + y: 0"])
    #expect(diff((4, 1), (4, 1), "d: 4\n") == [" 4 + d: 4"])
    #expect(diff((1, 1), (3, 1), "") == [" 1 - a: 1", " 2 - b: 2"])
    #expect(diff((1, 5), (2, 5), "\nz: 1\nb: 7") == [" 2 - b: 2", " 2 + z: 1", " 3 + b: 7"])
    #expect(diff((9, 1), (9, 2), "x") == [])
    #expect(diff((2, 4), (2, 5), "2") == [])
  }
}
