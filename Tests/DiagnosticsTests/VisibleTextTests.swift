import Diagnostics
import Testing

@Suite struct VisibleTextTests {
  @Test func linesKeepTheirBreaksAndNothingElseThatActs() {
    let text = "one \u{1B}[2Jtwo\n\tthree\u{202E}\u{7}\r\u{9B}1m ü\n"
    #expect(
      VisibleText.lines(of: text)
        == "one \\u{1B}[2Jtwo\n three\\u{202E}\\u{7}\\u{D}\\u{9B}1m ü\n"
    )
    #expect(VisibleText.lines(of: "plain\nlines\n") == "plain\nlines\n")
  }

  @Test func colouredLinesKeepOnlyTheLooksOfOutputs() {
    let text = "\u{1B}[31;1mnot met\u{1B}[0m \u{1B}[8mhidden\u{1B}[38;5;0m\u{1B}[1\u{1B}"
    #expect(
      VisibleText.lines(of: text, .ansi)
        == "\u{1B}[31;1mnot met\u{1B}[0m \\u{1B}[8mhidden\\u{1B}[38;5;0m\\u{1B}[1\\u{1B}"
    )
    #expect(!VisibleText.lines(of: text).contains("\u{1B}"))
  }
}
