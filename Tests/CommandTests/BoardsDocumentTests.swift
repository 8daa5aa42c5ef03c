import Foundation
import Testing

/// `docs/boards.md` shows what the program prints, and nobody edits its blocks by hand.
@Suite(.enabled(if: Command.has("dtc") && Command.has("bash"), "dtc is not installed"))
struct BoardsDocumentTests {
  @Test func theTablesAreWhatTheProgramPrints() throws {
    let document = Command.root.appending(path: "docs/boards.md")
    let written = try String(contentsOf: document, encoding: .utf8)
    let script = Command.root.appending(path: "Scripts/boards-md").path()
    let made = try Command.tool("bash", script, Command.binary.path())
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output == written, "run `make boards`")
  }

  /// Every tree of a board that has a quirk of its own is shown.
  @Test func everyBoardIsShown() throws {
    let document = Command.root.appending(path: "docs/boards.md")
    let text = try String(contentsOf: document, encoding: .utf8)
    let folder = Command.root.appending(path: "fixtures/dts").path()
    let boards = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".dts") }.map { String($0.dropLast(4)) }
    for board in boards where !["faulty-board", "unknown-board"].contains(board) {
      #expect(text.contains("<!-- board: \(board)"), "\(board)")
    }
  }
}
