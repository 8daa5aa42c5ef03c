import Layout
import Policy

/// When one stream opens, changes its mode and closes in one run.
///
/// A stream without `every` opens at its start, counted from each time at which it may be open,
/// plus up to `startJitter`. One with a fixed `every` and no start has a random phase within its
/// period, one with a start keeps to it; each further opening is up to `periodJitter` late. Times
/// that are drawn are not late on top. A stream that is still open when its next opening comes is
/// closed first: its buffers are replaced. An opening outside its phases, or outside the part of
/// them that is run, does not happen.
struct StreamSchedule {
  private(set) var events: [Event] = []
  private let index: Int
  private let stream: Stream
  private let requests: UInt64
  private let windows: [Range<UInt64>]
  /// The parts of its phases that are run.
  private let parts: [Range<UInt64>]
  private let lasts: UInt64
  private var numbers: SeededNumbers
  /// Buffers that may still be asked for.
  private var left: UInt64
  /// When it was opened and until when it stays so.
  private var open: Range<UInt64>?

  init(
    _ index: Int,
    _ instances: [StreamInstance],
    _ workload: Workload,
    _ parts: [Range<UInt64>],
    seed: UInt64
  ) {
    self.index = index
    stream = instances[index].stream
    requests = instances[index].cost
    let windows = workload.windows(of: stream)
    self.windows = windows
    self.parts = parts.filter { part in windows.contains { $0.contains(part.lowerBound) } }
    lasts = workload.lasts.microseconds
    numbers = SeededNumbers(seed: seed, purpose: 16 + UInt64(index))
    left = EventStream.maximumRequests / max(1, UInt64(instances.count))
  }

  /// Draws the whole schedule.
  mutating func run() {
    guard let first = windows.first else { return }
    let starts = stream.starts.map(\.microseconds)
    if let every = period {
      for start in starts.dropLast() { openOnce(Time.sum(first.lowerBound, start)) }
      repeatOpening(every, Time.sum(first.lowerBound, starts.last ?? 0))
    } else if starts.count > 1 {
      for start in starts { openOnce(Time.sum(first.lowerBound, start)) }
    } else {
      for window in windows { openOnce(Time.sum(window.lowerBound, starts.first ?? 0)) }
    }
    finish(before: .max)
  }

  /// How often it opens again; a period of nothing is none.
  private var period: RandomTime? {
    stream.every.flatMap { $0 == .fixed(.zero) ? nil : $0 }
  }

  private mutating func openOnce(_ nominal: UInt64) {
    opening(at: Time.sum(nominal, numbers.below(EventStream.startJitter)))
  }

  private mutating func repeatOpening(_ every: RandomTime, _ start: UInt64) {
    var nominal = start
    if !stream.starts.isEmpty {
      nominal = Time.sum(nominal, numbers.below(EventStream.startJitter))
    } else if case .exponential = every {
      nominal = Time.sum(nominal, numbers.time(every))
    } else {
      nominal = Time.sum(nominal, numbers.below(min(numbers.time(every), length)))
    }
    while let part = parts.first(where: { $0.upperBound > nominal }) {
      if nominal < part.lowerBound { nominal = skip(nominal, to: part.lowerBound, every) }
      var time = nominal
      if case .fixed(let period) = every {
        let latest = min(period.microseconds / 8, EventStream.periodJitter)
        time = Time.sum(time, numbers.below(latest))
      }
      guard opening(at: time) else { return }
      nominal = Time.sum(nominal, numbers.time(every))
    }
  }

  /// The length of all parts together.
  private var length: UInt64 { parts.reduce(0) { Time.sum($0, Time.length($1)) } }

  /// The next opening that is not before `time`.
  private mutating func skip(_ nominal: UInt64, to time: UInt64, _ every: RandomTime) -> UInt64 {
    guard case .fixed(let period) = every, period.microseconds > 0 else {
      return Time.sum(time, numbers.below(numbers.time(every)))
    }
    let (whole, rest) = (time - nominal).quotientAndRemainder(dividingBy: period.microseconds)
    let periods = rest == 0 ? whole : whole + 1
    let (product, overflow) = periods.multipliedReportingOverflow(by: period.microseconds)
    return overflow ? .max : Time.sum(nominal, product)
  }

  /// Opens, if the time is one at which the stream may be open; false when no more buffers may be
  /// asked for.
  @discardableResult
  private mutating func opening(at time: UInt64) -> Bool {
    guard let window = windows.first(where: { $0.contains(time) }),
      parts.contains(where: { $0.contains(time) }) || isJustLate(time)
    else { return true }
    finish(before: time)
    events.append(Event(time: time, kind: .open(index)))
    var until = window.upperBound
    if let holds = stream.holds { until = min(until, Time.sum(time, numbers.time(holds))) }
    open = time..<max(time, until)
    guard left > requests else { return false }
    left -= requests
    return true
  }

  /// An opening that is late may come after the part that it belongs to.
  private func isJustLate(_ time: UInt64) -> Bool {
    parts.contains { time >= $0.upperBound && time - $0.upperBound < EventStream.periodJitter }
  }

  /// Closes at its time, or at `time` if that comes first, with the mode changes before.
  private mutating func finish(before time: UInt64) {
    guard let open else { return }
    self.open = nil
    let end = min(open.upperBound, time)
    if let change = stream.modeChange {
      var at = Time.sum(open.lowerBound, numbers.time(change.every))
      while at < end, left > requests, parts.contains(where: { $0.contains(at) }) {
        events.append(Event(time: at, kind: .modeChange(index)))
        left -= requests
        at = Time.sum(at, numbers.time(change.every))
      }
    }
    // Nothing is closed only because the workload is over.
    if end == time || end < lasts { events.append(Event(time: end, kind: .close(index))) }
  }
}
