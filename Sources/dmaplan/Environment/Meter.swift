import Synchronization

/// How far a long run is: a bar with the rate and the time that is left, on standard error.
///
/// Silent in the first second. Steps may be counted from many threads.
final class Meter: Sendable {
  private struct State {
    /// Finished steps.
    var done = 0
    /// Finished parts of steps.
    var parts = 0
    var shown: ContinuousClock.Instant?
    var isOnScreen = false
  }

  private let name: String
  private let unit: String
  private let total: Int
  private let begin = ContinuousClock.now
  private let state = Mutex(State())

  /// A bar for `total` steps, each one of `unit`; more of them may come.
  init(_ name: String, total: Int, unit: String) {
    self.name = name
    self.unit = unit
    self.total = total
  }

  /// Counts a finished step.
  func advance() { count { $0.done += 1 } }

  /// Counts a finished part of a step that takes long, so that the bar lives meanwhile.
  func advancePart() { count { $0.parts += 1 } }

  /// Takes the bar off the screen, so that something can be printed; the next step shows it again.
  func hide() {
    let wasOnScreen = state.withLock { state in
      defer { state.isOnScreen = false }
      return state.isOnScreen
    }
    if wasOnScreen { Console.error("\r\u{1B}[K") }
  }

  /// Counts, and shows the bar ten times a second.
  private func count(_ change: (inout State) -> Void) {
    let now = ContinuousClock.now
    let line = state.withLock { state -> String? in
      change(&state)
      guard now - begin > .seconds(1), now - (state.shown ?? begin) > .milliseconds(100) else {
        return nil
      }
      (state.shown, state.isOnScreen) = (now, true)
      return text(state, after: now - begin)
    }
    if let line { Console.error("\r\u{1B}[K" + line) }
  }

  /// `check: [####................] 120/577 boards, 310/s, 1 s left`.
  private func text(_ state: State, after time: Duration) -> String {
    let milliseconds = max(
      1,
      time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    )
    let parts =
      state.parts == 0 ? "" : " (\(state.parts) runs, \(Self.rate(state.parts, milliseconds)))"
    guard state.done < total else {
      return "\(name): \(state.done) \(unit), \(Self.rate(state.done, milliseconds))\(parts)"
    }
    let filled = state.done * 20 / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    let rest = Int64(total - state.done) * milliseconds / Int64(max(1, state.done)) / 1000
    let left =
      state.done == 0
      ? "" : ", \(Self.rate(state.done, milliseconds)), \(Self.time(rest)) left"
    return "\(name): [\(bar)] \(state.done)/\(total) \(unit)\(left)\(parts)"
  }

  /// Steps a second, with a decimal where they are few.
  private static func rate(_ steps: Int, _ milliseconds: Int64) -> String {
    let tenths = Int64(steps) * 10_000 / milliseconds
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10)/s" : "\(tenths / 10)/s"
  }

  private static func time(_ seconds: Int64) -> String {
    seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
  }
}
