import Foundation
import Testing

/// `dmaplan lsp` as editors use it, by the client of pygls.
///
/// `Scripts/python-tools` installs it; where it can not be had, the session is skipped and says so.
@Suite struct EditorTests {
  private static let python =
    (ProcessInfo.processInfo.environment["DMAPLAN_PYTHON_TOOLS"]
      ?? Command.root.appending(path: ".build/python").path()) + "/bin/python"

  private static var haveClient: Bool {
    Command.has("dtc") && FileManager.default.isExecutableFile(atPath: python)
      && (try? Command.tool(python, "-c", "import pygls, lsprotocol").status) == 0
  }

  private static let missing: Comment =
    "pygls is not there: Scripts/python-tools .build/python installs it"

  @Test(.enabled(if: haveClient, missing))
  func aSessionOfARealClient() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("raspberrypi-4", in: scratch)
    let script = Command.root.appending(path: "fixtures/lsp/session.py").path()
    // Layers that are opened are written below this folder, not into the user's.
    let run = try Command.tool(
      "env",
      "XDG_CACHE_HOME=" + scratch.path("cache"),
      Self.python,
      script,
      Command.binary.path(),
      scratch.url.path()
    )
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.contains(#/\d\d checks, 0 wrong/#), "\(run.output)")
  }

  /// What the page of editors tells people to write is what the program reads.
  @Test func thePageOfEditorsIsRight() throws {
    let page = try String(
      contentsOf: Command.root.appending(path: "docs/editor.md"),
      encoding: .utf8
    )
    for setting in [
      "dtb", "overlays", "cmdline", "linux", "kernelConfig", "variant", "policies", "builtin",
    ] {
      #expect(page.contains("| `\(setting)` |"), "\(setting)")
    }
    #expect(page.contains("cmd = { 'dmaplan', 'lsp' }"))
    #expect(page.contains("command = \"dmaplan\"") && page.contains("args = [\"lsp\"]"))
    let json = page.split(separator: "```json\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
    #expect(json.count == 1)
    for text in json { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    let help = try Command.dmaplan("lsp", "--help")
    #expect(help.status == 0 && help.unwrapped.contains("docs/editor.md"))
    let nothing = try Command.dmaplan("lsp")
    #expect(nothing.status == 0 && nothing.output.isEmpty && nothing.errors.isEmpty)
  }
}
