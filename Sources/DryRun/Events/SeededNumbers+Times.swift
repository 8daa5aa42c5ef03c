import Policy

extension SeededNumbers {
  /// A time of this kind, in microseconds; at least one.
  mutating func time(_ time: RandomTime) -> UInt64 {
    switch time {
    case .fixed(let time): max(1, time.microseconds)
    case .uniform(let least, let most):
      max(1, least.microseconds + below(Time.sum(most.microseconds - least.microseconds, 1)))
    case .exponential(let mean): max(1, exponential(mean: mean.microseconds))
    }
  }
}
