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
}
