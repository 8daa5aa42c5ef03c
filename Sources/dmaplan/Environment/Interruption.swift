import Glibc
import Synchronization

/// Whether the user pressed ^C; what is running then comes to an end and tells what it knows.
enum Interruption {
  private static let happened = Atomic<Bool>(false)

  /// From now on the first ^C is noted; a second one ends the process.
  static func watch() {
    signal(SIGINT) { _ in
      if Interruption.happened.exchange(true, ordering: .relaxed) { _exit(2) }
    }
  }

  /// Whether it happened.
  static var isWanted: Bool { happened.load(ordering: .relaxed) }

  /// What ends a program unless it says otherwise.
  private static let signals = [SIGINT, SIGTERM, SIGHUP]
  private static let held = Atomic<Int32>(0)

  /// Does `work` without being ended by a signal in the midst of it: one that comes meanwhile acts
  /// afterwards.
  static func deferred<Failure: Error>(_ work: () throws(Failure) -> Void) throws(Failure) {
    let before = signals.map { signal in
      var (old, hold) = (sigaction(), sigaction())
      hold.__sigaction_handler.sa_handler = { Interruption.held.store($0, ordering: .relaxed) }
      sigaction(signal, &hold, &old)
      return old
    }
    defer {
      for (signal, var old) in zip(signals, before) { sigaction(signal, &old, nil) }
      let signal = held.exchange(0, ordering: .relaxed)
      if signal != 0 { raise(signal) }
    }
    try work()
  }
}
