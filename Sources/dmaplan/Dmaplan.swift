import ArgumentParser
import Diagnostics
import Glibc

/// The command and its subcommands.
struct Dmaplan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dmaplan",
    abstract: "Plan, check and dry-run the DMA memory of a board without an IOMMU.",
    version: "0.1.0",
    subcommands: [
      RunCommand.self, CheckCommand.self, BootCommand.self, VerifyCommand.self,
      CompileCommand.self, StressCommand.self, ExplainCommand.self, MapCommand.self,
      DiffCommand.self, PlaceCommand.self, ReplayCommand.self, SizeCommand.self,
      CompareCommand.self, InitCommand.self, SchemaCommand.self, LSPCommand.self,
    ],
    defaultSubcommand: RunCommand.self
  )
}

@main
enum Program {
  static func main() async {
    // A closed pipe and a limit of size are errors of one write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try Dmaplan.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let error as RunError {
      report(error)
      exit(2)
    } catch let error as FileError {
      // `| head` has seen enough; the status tells whoever looks at it.
      if !error.isClosedPipe || error.path != Console.outputName { report(RunError(error)) }
      exit(2)
    } catch {
      let code = Dmaplan.exitCode(for: error)
      let message = Dmaplan.fullMessage(for: error)
      if code == .success { exit(show(message)) }
      if !message.isEmpty { Console.error(message + "\n") }
      // The parser's own errors are usage errors: 2. A command that has found something exits with 1.
      exit(error is ExitCode ? code.rawValue : 2)
    }
  }

  /// Prints what was asked for, such as help; the exit status.
  private static func show(_ message: String) -> Int32 {
    do throws(FileError) {
      try Console.output(message + "\n")
      return 0
    } catch {
      if !error.isClosedPipe { report(RunError(error)) }
      return 2
    }
  }

  static func report(_ error: RunError) {
    switch error {
    case .input(let message, let help):
      Console.error(
        "error: \(VisibleText.of(message))\n" + (help.map { "help: \(VisibleText.of($0))\n" } ?? "")
      )
    case .malformed(let diagnostics, let sources):
      let renderer = HumanRenderer(sources: sources)
      Console.error(renderer.render(diagnostics.sortedByPlace()))
    }
  }
}
