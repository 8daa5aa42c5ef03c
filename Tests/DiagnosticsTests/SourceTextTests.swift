import Diagnostics
import Testing

@Suite struct SourceTextTests {
  private func lines(_ text: String) -> [String?] {
    let source = SourceText(file: "f", text: text)
    return (0...source.lineCount + 1).map { source.line($0) }
  }

  @Test func findsLines() {
    #expect(lines("") == [nil, "", nil])
    #expect(lines("a") == [nil, "a", nil])
    #expect(lines("a\n") == [nil, "a", "", nil])
    #expect(lines("a\r\nb\rc\n\nd") == [nil, "a", "b", "c", "", "d", nil])
    #expect(lines("\r\r\n\n") == [nil, "", "", "", "", nil])
    #expect(lines("\u{FEFF}ä") == [nil, "ä", nil])
    #expect(SourceText(file: "f", bytes: [0x61, 0xFF, 0x0A]).line(1) == "a\u{FFFD}")
  }

  @Test func findsTextAndPlaces() {
    let source = SourceText(file: "f", text: "ab\r\n漢d\nef")
    func text(_ start: (Int, Int), _ end: (Int, Int)) -> String {
      source.text(
        from: SourcePosition(line: start.0, column: start.1),
        to: SourcePosition(line: end.0, column: end.1)
      )
    }
    #expect(text((1, 2), (1, 3)) == "b")
    #expect(text((1, 2), (3, 2)) == "b\n漢d\ne")
    #expect(text((2, 1), (2, 99)) == "漢d")
    #expect(text((2, 9), (9, 9)) == "ef")
    #expect(text((8, 1), (9, 9)) == "")
    #expect(text((2, 2), (1, 1)) == "")
    #expect(source.position(ofByte: 0) == SourcePosition(line: 1, column: 1))
    #expect(source.position(ofByte: 7) == SourcePosition(line: 2, column: 2))
    #expect(source.position(ofByte: 9) == SourcePosition(line: 3, column: 1))
    #expect(source.position(ofByte: .max) == SourcePosition(line: 3, column: 3))
  }
}
