import Controls
import Glibc
import PageAllocator

/// The dry-run of a workload by the program itself, against trace (ii) of the list buddy: the time of a
/// page event, which is a block taken or given back.
///
/// The program runs with some seeds and with many; what the difference takes, in processor time, is
/// divided by the difference of page events, so start and parsing play no part.
enum DryRun {
  private static let few = 20
  private static let many = 100

  static func compare(_ command: [String], runs: Int, seed: UInt64) throws -> Comparison {
    var comparison = Comparison(
      name: "dry-run: a page event, against a pair of (ii) at 50 %, 1 GiB",
      unit: "ns"
    )
    var control = list_buddy
    for _ in 0..<runs {
      comparison.control.values.append(trace_churn(&control, 1 << 18, 50, 4_000_000, seed))
      let short = try run(command + ["--seeds", String(few)])
      let long = try run(command + ["--seeds", String(many)])
      let events = long.events - short.events
      guard events > 0 else { throw Failure.noEvents }
      comparison.engine.values.append((long.nanoseconds - short.nanoseconds) / Double(events))
    }
    return comparison
  }

  enum Failure: Error {
    case notStarted(Int32)
    case noEvents
  }

  /// Runs a command; gives its processor time and the page events that its JSON tells of.
  private static func run(_ command: [String]) throws -> (nanoseconds: Double, events: Int) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure.notStarted(errno) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let status = posix_spawnp(&child, command[0], &actions, nil, &arguments, environ)
    close(ends[1])
    guard status == 0 else { throw Failure.notStarted(status) }
    let text = read(ends[0])
    var exitStatus: Int32 = 0
    var usage = rusage()
    wait4(child, &exitStatus, 0, &usage)
    return (nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime), events(text))
  }

  private static func nanoseconds(_ time: timeval) -> Double {
    Double(time.tv_sec) * 1e9 + Double(time.tv_usec) * 1e3
  }

  private static func read(_ file: Int32) -> [UInt8] {
    defer { close(file) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      guard count > 0 else { return text }
      text += part.prefix(count)
    }
  }

  /// The number after the first `"page_events":`: all devices of a workload tell the same.
  private static func events(_ text: [UInt8]) -> Int {
    let string = String(decoding: text, as: UTF8.self)
    guard let key = string.range(of: "\"page_events\":") else { return 0 }
    let digits = string[key.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
    return Int(digits) ?? 0
  }
}

extension String {
  /// Where `part` is first, or nil.
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
