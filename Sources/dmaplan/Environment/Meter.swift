import Synchronization

/// A progress bar with rate and remaining time, on standard error, for work longer than a second.
final class Meter: Sendable {
  private struct State {
    var done = 0
    var shown: ContinuousClock.Instant?
  }

  private let name: String
  private let total: Int
  private let begin = ContinuousClock.now
  private let state = Mutex(State())

  /// A bar for `total` steps; more of them may come.
  init(_ name: String, total: Int) {
    self.name = name
    self.total = total
  }

  /// Counts a finished step, and shows the bar ten times a second.
  func advance() {
    let now = ContinuousClock.now
    let line = state.withLock { state -> String? in
      state.done += 1
      guard now - begin > .seconds(1), now - (state.shown ?? begin) > .milliseconds(100) else {
        return nil
      }
      state.shown = now
      return text(state.done, after: now - begin)
    }
    if let line { Console.error("\r\u{1B}[K" + line) }
  }

  /// Takes the bar away.
  func finish() {
    if state.withLock({ $0.shown != nil }) { Console.error("\r\u{1B}[K") }
  }

  private func text(_ done: Int, after time: Duration) -> String {
    let seconds = max(Int(time.components.seconds), 1)
    let rate = done / seconds
    guard done < total else { return "\(name): \(done) runs, \(rate)/s" }
    let filled = done * 20 / total
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
    let left = rate == 0 ? "" : ", \((total - done) / rate) s left"
    return "\(name): [\(bar)] \(done)/\(total), \(rate)/s\(left)"
  }
}
