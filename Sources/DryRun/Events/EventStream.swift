import Layout
import PhysicalMemory
import Policy

/// What happens in one run of a workload, in the order of simulated time.
///
/// **When streams open.** A stream without `every` opens at its start plus up to `startJitter`. One
/// with `every` and no start has a random phase within its period, one with a start keeps to it; each
/// further opening is up to `periodJitter` late. A stream that is still open when its next opening
/// comes is closed first: its buffers are replaced.
///
/// **How the number of events is bounded.** Churn happens in one batch before each opening and
/// closing, and is thinned evenly to `maximumChurn` pages in all: far fewer than that already mix
/// memory as much as it can be mixed. Short pins matter only while buffers are allocated, so only
/// those that reach into an opening are drawn; the process of pins has no memory, so this changes
/// nothing. A workload of more than `maximumRequests` buffers is cut short.
struct EventStream: Sendable {
  /// The events, ascending in time.
  private(set) var events: [Event] = []
  /// The time up to which the workload is run.
  let horizon: UInt64

  /// Buffers that one run asks for at most, apart from the first opening of each stream.
  static let maximumRequests: UInt64 = 20_000
  /// Pages that one run replaces at most.
  static let maximumChurn: UInt64 = 200_000
  /// Pins of one run at most.
  static let maximumPins = 10_000
  /// Microseconds that a stream's start varies.
  static let startJitter: UInt64 = 200_000
  /// Microseconds that a periodic opening is late at most.
  static let periodJitter: UInt64 = 500_000

  /// Something that happens.
  struct Event: Hashable, Sendable {
    /// Microseconds since the start.
    let time: UInt64
    let kind: Kind

    enum Kind: Hashable, Sendable {
      case unpin(Int)
      case close(Int)
      case churn(pages: UInt64)
      case pin(Int)
      case open(Int)

      /// What comes first of two events at one time.
      var rank: (Int, Int) {
        switch self {
        case .unpin(let pin): (0, pin)
        case .close(let instance): (1, instance)
        case .churn: (2, 0)
        case .pin(let pin): (3, pin)
        case .open(let instance): (4, instance)
        }
      }
    }
  }

  /// The run of `workload` with this seed.
  init(_ workload: Workload, _ instances: [StreamInstance], pageSize: PageSize, seed: UInt64) {
    horizon = Self.horizon(workload, instances)
    for index in instances.indices { schedule(index, instances, seed) }
    addPins(workload.background, seed)
    events.sort {
      ($0.time, $0.kind.rank.0, $0.kind.rank.1) < ($1.time, $1.kind.rank.0, $1.kind.rank.1)
    }
    addChurn(workload.background, pageSize)
  }

  /// The workload's time, or as much of it as `maximumRequests` allows.
  private static func horizon(_ workload: Workload, _ instances: [StreamInstance]) -> UInt64 {
    let lasts = workload.lasts.microseconds
    var requests: UInt64 = 0
    var longest: UInt64 = 0
    for instance in instances {
      guard let every = instance.stream.every?.microseconds, every > 0 else { continue }
      let opened = saturating(lasts / every, 1).multipliedReportingOverflow(by: instance.requests)
      let sum = requests.addingReportingOverflow(opened.overflow ? .max : opened.partialValue)
      requests = sum.overflow ? .max : sum.partialValue
      longest = max(longest, saturating(instance.stream.start.microseconds, every))
    }
    guard requests > maximumRequests else { return lasts }
    let product = lasts.multipliedFullWidth(by: maximumRequests)
    let share = requests.dividingFullWidth(product).quotient
    return min(lasts, max(share, longest))
  }

  /// Adds the openings and closings of one stream.
  private mutating func schedule(_ index: Int, _ instances: [StreamInstance], _ seed: UInt64) {
    var numbers = SeededNumbers(seed: seed, purpose: 16 + UInt64(index))
    let stream = instances[index].stream
    let every = stream.every.flatMap { $0.microseconds > 0 ? $0.microseconds : nil }
    let start = stream.start.microseconds
    let isPhased = every != nil && start == 0
    let phase = numbers.below(isPhased ? min(every ?? 0, horizon) : Self.startJitter)
    var nominal = Self.saturating(start, phase)
    var left = Self.maximumRequests / max(1, UInt64(instances.count))
    var openUntil: UInt64?
    guard start <= horizon else { return }
    repeat {
      let late = every.map { numbers.below(min($0 / 8, Self.periodJitter)) } ?? 0
      let time = Self.saturating(nominal, late)
      if let until = openUntil {
        events.append(Event(time: min(until, time), kind: .close(index)))
      }
      events.append(Event(time: time, kind: .open(index)))
      openUntil = stream.holds.map { Self.saturating(time, $0.microseconds) } ?? .max
      guard let every, left > instances[index].requests else { break }
      left -= instances[index].requests
      nominal = Self.saturating(nominal, every)
    } while nominal < horizon
    if let until = openUntil, until < horizon {
      events.append(Event(time: until, kind: .close(index)))
    }
  }

  /// Adds the pins that are held while a stream opens.
  private mutating func addPins(_ background: Background, _ seed: UInt64) {
    guard background.pins > 0, background.pinPeriod.microseconds > 0 else { return }
    var numbers = SeededNumbers(seed: seed, purpose: 1)
    let mean = max(1, background.pinPeriod.microseconds / background.pins)
    let holds = background.pinHolds.microseconds
    let opened = events.filter { if case .open = $0.kind { true } else { false } }.map(\.time)
    var pins = 0
    var done: UInt64 = 0
    for time in opened.sorted() {
      var at = max(done, time >= holds ? time - holds : 0)
      while pins < Self.maximumPins {
        at = Self.saturating(at, numbers.exponential(mean: mean))
        guard at < time else { break }
        events.append(Event(time: at, kind: .pin(pins)))
        events.append(Event(time: Self.saturating(at, holds), kind: .unpin(pins)))
        pins += 1
      }
      done = max(done, time)
    }
  }

  /// Puts a batch of churn before each time at which a stream opens or closes.
  private mutating func addChurn(_ background: Background, _ pageSize: PageSize) {
    let period = background.churnPeriod.microseconds
    guard background.churn > .zero, period > 0 else { return }
    let perPeriod = pageSize.pages(holding: background.churn)
    let whole = Self.pages(perPeriod, horizon, period)
    var result: [Event] = []
    result.reserveCapacity(events.count * 2)
    var done: UInt64 = 0
    for event in events {
      switch event.kind {
      case .open, .close:
        var due = Self.pages(perPeriod, min(event.time, horizon), period)
        if whole > Self.maximumChurn {
          due = whole.dividingFullWidth(due.multipliedFullWidth(by: Self.maximumChurn)).quotient
        }
        if due > done {
          result.append(Event(time: event.time, kind: .churn(pages: due - done)))
          done = due
        }
      default: break
      }
      result.append(event)
    }
    events = result
  }

  /// `perPeriod * time / period`, or the largest number.
  private static func pages(_ perPeriod: UInt64, _ time: UInt64, _ period: UInt64) -> UInt64 {
    let product = perPeriod.multipliedFullWidth(by: time)
    return product.high >= period ? .max : period.dividingFullWidth(product).quotient
  }

  private static func saturating(_ time: UInt64, _ more: UInt64) -> UInt64 {
    let (sum, overflow) = time.addingReportingOverflow(more)
    return overflow ? .max : sum
  }
}
