import ArgumentParser
import Dispatch
import Glibc

/// The command, run in this process.
enum InProcess {
  /// What `dmaplan` with these arguments does, but for the end of the process; its exit status.
  @discardableResult
  static func dmaplan(_ arguments: [String]) -> Int32 {
    do {
      let command = try Dmaplan.parseAsRoot(arguments)
      if let asynchronous = command as? any AsyncParsableCommand {
        try wait(asynchronous)
      } else {
        var command = command
        try command.run()
      }
      return 0
    } catch {
      return status(of: error)
    }
  }

  /// What the command's entry point makes of an error.
  static func status(of error: any Error) -> Int32 {
    if let error = error as? RunError {
      Program.report(error)
      return 2
    }
    if let error = error as? FileError {
      Program.report(RunError(error))
      return 2
    }
    let message = Dmaplan.fullMessage(for: error)
    if !message.isEmpty { Console.error(message + "\n") }
    return error is ExitCode ? Dmaplan.exitCode(for: error).rawValue : 2
  }

  /// Runs `body`; its errors are told as the command tells them.
  static func telling(_ body: () throws -> Void) {
    do { try body() } catch { _ = status(of: error) }
  }

  private struct Carried: @unchecked Sendable { var command: any AsyncParsableCommand }

  private static func wait(_ command: any AsyncParsableCommand) throws {
    let carried = Carried(command: command)
    try waitFor {
      var command = carried.command
      do {
        try await command.run()
        return nil as (any Error)?
      } catch {
        return error
      }
    }
    .map { throw $0 }
  }

  private final class Box<Value>: @unchecked Sendable { var value: Value? }

  /// The result of work that waits.
  static func waitFor<Value>(_ work: @escaping @Sendable () async -> Value) -> Value {
    let box = Box<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      box.value = await work()
      done.signal()
    }
    done.wait()
    guard let value = box.value else { Harness.stop("work came to nothing") }
    return value
  }
}
