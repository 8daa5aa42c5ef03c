import Foundation
import Testing

/// Every command that a document shows is run, and prints what the document says it prints.
///
/// With `DMAPLAN_RECORD=1` the documents are written anew instead, for a person to read.
@Suite(.enabled(if: Command.has("dtc") && Command.has("fdtoverlay"), "dtc is not installed"))
struct ReadmeTests {
  @Test(
    arguments: [
      "README.md", "docs/boot.md", "docs/editor.md", "docs/fidelity.md", "docs/formats.md",
      "docs/howto-ci.md", "docs/howto-dry-run.md", "docs/howto-layout.md", "docs/tutorial.md",
    ]
  )
  func commandsPrintWhatIsShown(document: String) throws {
    let readme = Command.root.appending(path: document)
    let text = try String(contentsOf: readme, encoding: .utf8)
    let shell = try Shell()
    var result: [String] = []
    var isConsole = false
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") { isConsole = line == "```console" }
      if isConsole, !line.hasPrefix("```"), !line.hasPrefix("$ ") { continue }
      result.append(line)
      if isConsole, line.hasPrefix("$ ") {
        result += try shell.run(String(line.dropFirst(2)))
      }
    }
    let written = result.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["DMAPLAN_RECORD"] == "1" {
      try Data(written.utf8).write(to: readme)
    }
    #expect(written == text)
  }

  /// A folder as a newcomer has it, with the binary on the path.
  private struct Shell {
    let scratch: Scratch

    init() throws {
      scratch = try Scratch()
      let files = FileManager.default
      let fixtures = Command.root.appending(path: "fixtures")
      try files.createSymbolicLink(
        at: scratch.url.appending(path: "fixtures"),
        withDestinationURL: fixtures
      )
      try files.createSymbolicLink(
        at: scratch.url.appending(path: "dmaplan"),
        withDestinationURL: Command.binary
      )
      try files.copyItem(
        at: fixtures.appending(path: "policies/bigger-pool.yaml"),
        to: scratch.url.appending(path: "bigger-pool.yaml")
      )
    }

    func run(_ command: String) throws -> [String] {
      let script = "cd '\(scratch.url.path())' && PATH=\"$PWD:$PATH\" && \(command) 2>&1"
      let output = try Command.tool("sh", "-c", script).output
      return output.isEmpty ? [] : output.trimmingSuffix("\n").components(separatedBy: "\n")
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
