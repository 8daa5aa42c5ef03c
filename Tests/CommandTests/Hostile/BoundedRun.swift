import Foundation
import Glibc

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
  /// The most memory that it held; nil where that is less than this process has held.
  ///
  /// Linux counts from the process on in which `exec` replaces the program (`fs/exec.c: exec_mmap`), and
  /// that has all memory of its parent until then: of less nothing is known.
  let peakKiB: Int?

  /// Runs the binary in `folder` with `arguments`, with `input` as its standard input; the system
  /// ends it after `limit` seconds of processor time.
  init(_ arguments: [String], in folder: URL, input: String = "/dev/null", limit: Int) throws {
    let scratch = try Scratch()
    let script = """
      cd "$1" && exec <"$2" && ulimit -c 0 && ulimit -t "$3" && out=$4 err=$5 && shift 5 \
      && exec "$@" >"$out" 2>"$err"
      """
    let words =
      ["sh", "-c", script, "sh", folder.path(), input, "\(limit)"]
      + [scratch.path("output"), scratch.path("errors"), Command.binary.path()] + arguments
    var strings: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    strings.append(nil)
    defer { for string in strings { free(string) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", nil, nil, strings, environ)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EAGAIN) }
    var result: Int32 = 0
    var usage = rusage()
    while wait4(process, &result, 0, &usage) < 0, errno == EINTR {}
    let signal = result & 0x7f
    self.signal = signal == 0 ? nil : signal
    status = signal == 0 ? (result >> 8) & 0xff : nil
    output = (try? scratch.text("output")) ?? ""
    errors = (try? scratch.text("errors")) ?? ""
    seconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    var own = rusage()
    getrusage(RUSAGE_SELF.rawValue, &own)
    peakKiB = usage.ru_maxrss > own.ru_maxrss + Self.roundingKiB ? usage.ru_maxrss : nil
  }

  /// The kernel keeps its sums of pages for each processor and adds them up now and then.
  private static let roundingKiB = 1024

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }
}
