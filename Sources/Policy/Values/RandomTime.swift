/// A time that is the same in every run, or drawn anew each time.
public enum RandomTime: Hashable, Sendable, CustomStringConvertible {
  /// Always the same.
  case fixed(TimeSpan)
  /// Any time from one to another, all alike.
  case uniform(TimeSpan, TimeSpan)
  /// A waiting time of a process without memory, with this mean.
  case exponential(mean: TimeSpan)

  /// What it is on average.
  public var mean: TimeSpan {
    switch self {
    case .fixed(let time), .exponential(let time): time
    case .uniform(let least, let most):
      TimeSpan(
        microseconds: least.microseconds + (most.microseconds - least.microseconds) / 2
      )
    }
  }

  /// As policy writes it: `90s`, `{uniform: 30s..5min}`.
  public var description: String {
    switch self {
    case .fixed(let time): "\(time)"
    case .uniform(let least, let most): "{uniform: \(least)..\(most)}"
    case .exponential(let mean): "{exponential: \(mean)}"
    }
  }
}

extension RandomTime {
  /// What a value states; nil where it states none of the three forms, or two of them.
  init?(_ value: PolicyValue) {
    if let text = value.text {
      guard let time = try? ValueParser.time(text) else { return nil }
      self = .fixed(time)
      return
    }
    let uniform = (value.text("uniform")?.value).flatMap { try? ValueParser.timeRange($0) }
    let mean = value.time("exponential")?.value
    switch (uniform, mean) {
    case (let bounds?, nil): self = .uniform(bounds.0, bounds.1)
    case (nil, let mean?): self = .exponential(mean: mean)
    default: return nil
    }
  }
}
