import Layout
import PhysicalMemory
import Policy

/// What happens in one run of a workload, in the order of simulated time.
///
/// **When streams open.** `StreamSchedule` says.
///
/// **How the number of events is bounded.** Churn and growth happen in one batch before each opening
/// and closing, and churn is thinned evenly to `maximumChurn` pages in all: far fewer than that
/// already mix memory as much as it can be mixed. Short pins matter only while buffers are allocated,
/// so only those that reach into an opening are drawn; the process of pins has no memory, so this
/// changes nothing. Of each phase only so much is run that no more than `maximumRequests` buffers are
/// asked for; what grows over the rest of it still grows.
struct EventStream: Sendable {
  /// The events, ascending in time.
  private(set) var events: [Event] = []
  /// The parts of the time that are run, one in each phase.
  let parts: [Range<UInt64>]

  /// Buffers that one run asks for at most, apart from the first opening of each stream.
  static let maximumRequests: UInt64 = 20_000
  /// Pages that one run replaces at most.
  static let maximumChurn: UInt64 = 200_000
  /// Pins of one run at most.
  static let maximumPins = 10_000
  /// Pages that hogs take in one run at most; those that live while a stream opens come first.
  static let maximumHogPages: UInt64 = 1 << 20
  /// Hogs that are drawn at most.
  static let maximumHogs = 10_000
  /// Microseconds that a stream's start varies.
  static let startJitter: UInt64 = 200_000
  /// Microseconds that a periodic opening is late at most.
  static let periodJitter: UInt64 = 500_000

  /// The time up to which the workload is run.
  var horizon: UInt64 { parts.last?.upperBound ?? 0 }

  /// The run of `workload` with this seed.
  init(_ workload: Workload, _ instances: [StreamInstance], pageSize: PageSize, seed: UInt64) {
    parts = Self.parts(workload, instances)
    for index in instances.indices {
      var schedule = StreamSchedule(index, instances, workload, parts, seed: seed)
      schedule.run()
      events += schedule.events
    }
    addPins(workload, seed)
    addHogs(workload, pageSize, seed)
    for (number, phase) in workload.phases.enumerated().dropFirst() {
      events.append(Event(time: phase.start.microseconds, kind: .phase(number)))
    }
    addLongPins(workload, pageSize)
    sort()
    addBatches(workload, pageSize)
  }

  private mutating func sort() {
    events.sort {
      ($0.time, $0.kind.rank.0, $0.kind.rank.1) < ($1.time, $1.kind.rank.0, $1.kind.rank.1)
    }
  }

  /// Of each phase as much as `maximumRequests` allows in all.
  private static func parts(_ workload: Workload, _ instances: [StreamInstance]) -> [Range<UInt64>]
  {
    let phases = workload.phases.map { $0.start.microseconds..<$0.end.microseconds }
    var requests: UInt64 = 0
    var longest: UInt64 = 0
    for instance in instances {
      let stream = instance.stream
      let length = workload.windows(of: stream).reduce(0) { Time.sum($0, Time.length($1)) }
      for time in [stream.every, stream.modeChange?.every].compactMap(\.self) {
        let every = max(1, time.mean.microseconds)
        let opened = Time.sum(length / every, 1)
          .multipliedReportingOverflow(by: instance.cost)
        requests = Time.sum(requests, opened.overflow ? .max : opened.partialValue)
      }
      if let every = stream.every {
        longest = max(longest, Time.sum(stream.start.microseconds, every.mean.microseconds))
      }
    }
    guard requests > maximumRequests else { return phases }
    return phases.map { phase in
      let product = Time.length(phase).multipliedFullWidth(by: maximumRequests)
      let share = requests.dividingFullWidth(product).quotient
      let length = min(Time.length(phase), max(share, longest))
      return phase.lowerBound..<phase.lowerBound + length
    }
  }

  // MARK: Pins

  /// Adds the pins that are held while a stream opens or changes its mode.
  private mutating func addPins(_ workload: Workload, _ seed: UInt64) {
    var numbers = SeededNumbers(seed: seed, purpose: 1)
    var pins = 0
    var done: UInt64 = 0
    for time in openings {
      let background = workload.background(at: time)
      guard background.pins > 0, background.pinPeriod.microseconds > 0 else { continue }
      let mean = max(1, background.pinPeriod.microseconds / background.pins)
      let holds = background.pinHolds.microseconds
      var at = max(done, time >= holds ? time - holds : 0)
      while pins < Self.maximumPins {
        at = Time.sum(at, numbers.exponential(mean: mean))
        guard at < time else { break }
        events.append(Event(time: at, kind: .pin(pins)))
        events.append(Event(time: Time.sum(at, holds), kind: .unpin(pins)))
        pins += 1
      }
      done = max(done, time)
    }
  }

  /// The times at which drivers allocate, ascending.
  private var openings: [UInt64] {
    events.compactMap { event in
      switch event.kind {
      case .open, .modeChange: event.time
      default: nil
      }
    }
    .sorted()
  }

  private mutating func addLongPins(_ workload: Workload, _ pageSize: PageSize) {
    for (number, phase) in workload.phases.enumerated() {
      let background = phase.background
      let previous = number > 0 ? workload.phases[number - 1].background : Background()
      guard background.longPins > previous.longPins else { continue }
      let pages = pageSize.pages(holding: background.longPins - previous.longPins)
      let time = max(phase.start.microseconds, background.longPinsStart.microseconds)
      events.append(Event(time: time, kind: .longPin(pages: pages)))
    }
  }

  // MARK: Hogs

  /// Adds the processes that take memory and die.
  private mutating func addHogs(_ workload: Workload, _ pageSize: PageSize, _ seed: UInt64) {
    var numbers = SeededNumbers(seed: seed, purpose: 3)
    var hogs: [(start: UInt64, end: UInt64, pages: UInt64)] = []
    for (phase, part) in zip(workload.phases, parts) {
      guard let kind = phase.background.hogs, kind.size > .zero else { continue }
      var time = part.lowerBound
      while hogs.count < Self.maximumHogs {
        time = Time.sum(time, numbers.time(kind.every))
        guard time < part.upperBound else { break }
        let end = min(Time.sum(time, numbers.time(kind.holds)), phase.end.microseconds)
        hogs.append((time, end, pageSize.pages(holding: kind.size)))
      }
    }
    let openings = openings
    var left = Self.maximumHogPages
    var kept: [(start: UInt64, end: UInt64, pages: UInt64)] = []
    for isNear in [true, false] {
      for hog in hogs where Self.has(openings, hog.start..<max(hog.end, hog.start)) == isNear {
        guard hog.pages <= left || kept.isEmpty else { break }
        left -= min(left, hog.pages)
        kept.append(hog)
      }
    }
    for (number, hog) in kept.enumerated() {
      events.append(Event(time: hog.start, kind: .hog(number, pages: hog.pages)))
      events.append(Event(time: hog.end, kind: .hogEnd(number)))
    }
  }

  /// Whether one of the ascending times lies within the range.
  private static func has(_ times: [UInt64], _ range: Range<UInt64>) -> Bool {
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < times.count && times[low] < range.upperBound
  }

  // MARK: Batches

  /// Puts what has grown and what was replaced before each time at which a driver does something.
  private mutating func addBatches(_ workload: Workload, _ pageSize: PageSize) {
    let churn = Accumulation(workload.phases, parts) { background in
      Throughput(ByteCount(pageSize.pages(holding: background.churn)), per: background.churnPeriod)
    }
    let whole = churn.sum(upTo: horizon)
    let growing = MemoryClass.allCases.compactMap { kind -> (MemoryClass, Accumulation)? in
      guard workload.phases.contains(where: { $0.background.growth[kind] != nil }) else {
        return nil
      }
      let spans = workload.phases.map { $0.start.microseconds..<$0.end.microseconds }
      return (kind, Accumulation(workload.phases, spans) { $0.growth[kind] })
    }
    guard whole > 0 || !growing.isEmpty else { return }
    var grown = [UInt64](repeating: 0, count: growing.count)
    var replaced: UInt64 = 0
    var result: [Event] = []
    result.reserveCapacity(events.count * 2)
    for event in events {
      if event.kind.isOfStream {
        for (number, (kind, growth)) in growing.enumerated() {
          let due = growth.sum(upTo: event.time) / pageSize.bytes.rawValue
          guard due > grown[number] else { continue }
          let pages = due - grown[number]
          result.append(Event(time: event.time, kind: .grow(kind, pages: pages)))
          grown[number] = due
        }
        var due = churn.sum(upTo: event.time)
        if whole > Self.maximumChurn {
          due = whole.dividingFullWidth(due.multipliedFullWidth(by: Self.maximumChurn)).quotient
        }
        if due > replaced {
          result.append(Event(time: event.time, kind: .churn(pages: due - replaced)))
          replaced = due
        }
      }
      result.append(event)
    }
    events = result
  }
}

/// What adds up over the phases at rates of their own.
private struct Accumulation {
  private var parts: [(range: Range<UInt64>, rate: Throughput)] = []

  init(
    _ phases: [Phase],
    _ ranges: [Range<UInt64>],
    _ rate: (Background) -> Throughput?
  ) {
    for (phase, range) in zip(phases, ranges) {
      guard let rate = rate(phase.background), rate.per > .zero else { continue }
      parts.append((range, rate))
    }
  }

  /// What there is at this time.
  func sum(upTo time: UInt64) -> UInt64 {
    parts.reduce(0) { sum, part in
      guard time > part.range.lowerBound else { return sum }
      let length = min(time, part.range.upperBound) - part.range.lowerBound
      let product = part.rate.bytes.rawValue.multipliedFullWidth(by: length)
      let per = part.rate.per.microseconds
      return Time.sum(sum, product.high >= per ? .max : per.dividingFullWidth(product).quotient)
    }
  }
}

/// Arithmetic of times that ends at the largest one.
enum Time {
  /// The sum, or the largest number.
  static func sum(_ time: UInt64, _ more: UInt64) -> UInt64 {
    let (sum, overflow) = time.addingReportingOverflow(more)
    return overflow ? .max : sum
  }

  /// How long a range of times is; its `count` would have to be an `Int`.
  static func length(_ range: Range<UInt64>) -> UInt64 { range.upperBound - range.lowerBound }
}

extension Workload {
  /// What the rest of the system does at a time.
  func background(at time: UInt64) -> Background {
    let phase = phases.last { $0.start.microseconds <= time } ?? phases[0]
    return phase.background
  }
}
