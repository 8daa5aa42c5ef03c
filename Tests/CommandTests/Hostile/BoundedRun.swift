import Foundation
import Glibc
import Testing

/// A run of the program with what it took of the machine.
struct BoundedRun {
  /// The exit status; nil where a signal ended it.
  let status: Int32?
  /// The signal that ended it.
  let signal: Int32?
  let output: String
  let errors: String
  /// Seconds of processor time.
  let seconds: Double
  /// The most memory that it held.
  let peakKiB: Int

  /// Runs the binary in `folder` with `arguments`, with `input` as its standard input; the system
  /// ends it after `limit` seconds of processor time.
  init(_ arguments: [String], in folder: URL, input: String = "/dev/null", limit: Int) throws {
    let scratch = try Scratch()
    let script = """
      cd "$1" && exec <"$2" && ulimit -c 0 && ulimit -t "$3" && shift 3 && exec python3 -c "$@"
      """
    let words =
      ["sh", "-c", script, "sh", folder.path(), input, "\(limit)", Self.measure]
      + ["usage", "output", "errors"].map { scratch.path($0) }
      + [Command.binary.path()] + arguments
    var strings: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    strings.append(nil)
    defer { for string in strings { free(string) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", nil, nil, strings, environ)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EAGAIN) }
    var result: Int32 = 0
    while waitpid(process, &result, 0) < 0, errno == EINTR {}
    let signal = result & 0x7f
    self.signal = signal == 0 ? nil : signal
    status = signal == 0 ? (result >> 8) & 0xff : nil
    output = (try? scratch.text("output")) ?? ""
    errors = (try? scratch.text("errors")) ?? ""
    let usage = try scratch.text("usage").split(separator: " ")
    try #require(usage.count == 2)
    seconds = try #require(Double(usage[0]))
    peakKiB = try #require(Int(usage[1]))
  }

  /// Runs the program from a process that holds little, says what it took, and ends as it did.
  ///
  /// Linux counts the peak of a process from its start on, before `exec` replaces the memory that it has
  /// of its parent (`fs/exec.c: exec_mmap`): the tests themselves hold more than the bound.
  private static let measure = """
    import os, signal, sys
    usage, output, errors, *words = sys.argv[1:]
    process = os.fork()
    if process == 0:
        for file, number in (output, 1), (errors, 2):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.execv(words[0], words)
    _, status, used = os.wait4(process, 0)
    with open(usage, "w") as file:
        file.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))
    """
}
