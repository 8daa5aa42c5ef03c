/// How far a long run is: a bar with the rate and the time that is left.
///
/// Silent unless standard error is a terminal, and in the first second.
struct ProgressBar {
  private let total: Int
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var done = 0
  private var lastShown: ContinuousClock.Instant
  private var isOnScreen = false

  init(total: Int, isQuiet: Bool) {
    self.total = total
    isShown = !isQuiet && total > 1 && Console.errorIsTerminal
    lastShown = start + .milliseconds(900)
  }

  /// One more item is done.
  mutating func advance() {
    done += 1
    guard isShown else { return }
    let now = ContinuousClock.now
    guard now - lastShown >= .milliseconds(100) else { return }
    lastShown = now
    isOnScreen = true
    Console.error("\r" + Self.line(done: done, of: total, after: now - start) + "\u{1B}[K")
  }

  /// Takes the bar off the screen until the next step, so that something can be printed.
  mutating func hide() {
    if isOnScreen { Console.error("\r\u{1B}[K") }
    isOnScreen = false
  }

  /// Takes the bar off the screen.
  mutating func end() {
    if isOnScreen { Console.error("\r\u{1B}[K") }
    isOnScreen = false
  }

  /// `[######------] 120/577  310/s  2 s left`.
  static func line(done: Int, of total: Int, after time: Duration) -> String {
    let cells = 24
    let filled = total > 0 ? min(cells, done * cells / total) : cells
    let bar =
      String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled)
    let milliseconds = max(
      1,
      time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    )
    let rate = Int64(done) * 1000 / milliseconds
    let left = Int64(total - done) * milliseconds / Int64(max(1, done)) / 1000
    return "[\(bar)] \(done)/\(total)  \(rate)/s  \(left) s left"
  }
}
