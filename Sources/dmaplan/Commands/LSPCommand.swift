import ArgumentParser
import Glibc
import LanguageServer

/// `dmaplan lsp`: a language server for policy files, over standard input and output.
struct LSPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serve policy files to an editor, over standard input and output.",
    discussion: """
      The editor starts it; docs/editor.md has the lines for VS Code, Neovim and Helix. The board is \
      named in the editor's settings, or in the policy file: # dmaplan: dtb=board.dtb

      Built-in layers that are opened are copied to dmaplan/builtin below XDG_CACHE_HOME. The exit \
      status is 0 after `shutdown` and `exit`, and 1 where the editor went away without them.

      Example: dmaplan lsp < /dev/null
      """
  )

  /// What editors add to the command line of every server.
  @Flag(help: "Use standard input and output; there is no other way.")
  var stdio = false

  /// How long nothing has to come, in milliseconds, before findings are worked out.
  private static let pause: Int32 = 40

  func run() throws {
    var server = Server(host: EditorHost(), version: Dmaplan.configuration.version)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while server.exitStatus == nil {
      if server.isUnsettled, !Self.hasInput(within: Self.pause) {
        try Self.write(server.settle())
        continue
      }
      let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError.system("standard input")
      }
      if count == 0 {
        try Self.write(server.settle())
        // The editor is gone without `exit`. One that says nothing at all has asked for nothing.
        if server.hasStarted { throw ExitCode(1) }
        return
      }
      try Self.write(server.receive(buffer[..<count]))
    }
    if let status = server.exitStatus, status != 0 { throw ExitCode(status) }
  }

  /// Whether there is input, or its end, within so many milliseconds.
  private static func hasInput(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) != 0
  }

  private static func write(_ bytes: [UInt8]) throws(FileError) {
    guard !bytes.isEmpty else { return }
    try OutputFile.write(bytes, to: STDOUT_FILENO, Console.outputName)
  }
}
