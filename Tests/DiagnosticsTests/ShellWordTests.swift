import Diagnostics
import Foundation
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: ["board.dtb", "a/b-c_d+e,f:g@h%i=j.dtb", "Brücke.dtb", "基板.dtb"])
  func whatIsAWordStaysAsItIs(text: String) { #expect(ShellWord.of(text) == text) }

  /// What a shell makes of it is the text again.
  @Test(arguments: [
    "", "a b", "it's", "$(touch owned)", "`id`", "a;b", "a&b", "*", "~", "a\\b", "\"q\"", "#a",
    "!x", "a\u{A0}b", "{a,b}", "'", "''", "a>b", "[x]",
  ])
  func aShellGivesItBack(text: String) throws {
    let shell = Process()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", "printf %s " + ShellWord.of(text)]
    let pipe = Pipe()
    shell.standardOutput = pipe
    try shell.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    shell.waitUntilExit()
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  @Test func aDashInFrontIsNoOption() { #expect(ShellWord.of("-rf") == "./-rf") }

  @Test func nothingActsOnATerminal() {
    #expect(ShellWord.of("a\u{1B}[31m") == "'a\\u{1B}[31m'")
    #expect(ShellWord.of("a\nb") == "'a\\u{A}b'")
  }
}
