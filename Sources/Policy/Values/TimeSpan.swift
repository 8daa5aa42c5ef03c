/// A length of simulated time.
public struct TimeSpan: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The length in microseconds.
  public let microseconds: UInt64

  /// So many microseconds.
  public init(microseconds: UInt64) { self.microseconds = microseconds }

  /// No time.
  public static let zero = TimeSpan(microseconds: 0)

  /// Orders by length.
  public static func < (lhs: TimeSpan, rhs: TimeSpan) -> Bool {
    lhs.microseconds < rhs.microseconds
  }

  /// The sum, or the longest time there is.
  public static func + (lhs: TimeSpan, rhs: TimeSpan) -> TimeSpan {
    let (sum, overflow) = lhs.microseconds.addingReportingOverflow(rhs.microseconds)
    return TimeSpan(microseconds: overflow ? .max : sum)
  }

  /// The units of policy, the longest first.
  static let units: [(name: String, microseconds: UInt64)] = [
    ("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000),
    ("ms", 1000), ("us", 1),
  ]

  /// The length in the longest unit that states it exactly: `90s`.
  public var description: String {
    for unit in Self.units where microseconds != 0 && microseconds % unit.microseconds == 0 {
      return "\(microseconds / unit.microseconds)\(unit.name)"
    }
    return "\(microseconds)us"
  }
}

/// How often something happens: so many times in a span.
public struct EventRate: Hashable, Sendable, CustomStringConvertible {
  /// The number of events.
  public let count: UInt64
  /// The span that they happen in; longer than zero.
  public let per: TimeSpan

  /// `count` events in each `per`.
  public init(count: UInt64, per: TimeSpan) {
    self.count = count
    self.per = per
  }

  /// As in `4/1min`.
  public var description: String { "\(count)/\(per)" }
}
