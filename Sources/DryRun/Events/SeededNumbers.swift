/// A stream of numbers that depends on its seed alone (SplitMix64).
struct SeededNumbers: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A stream of its own for one purpose of one seed, so that one more number drawn for one purpose
  /// shifts no other.
  init(seed: UInt64, purpose: UInt64) {
    var mixer = SeededNumbers(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ purpose)
    state = mixer.next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// A number below `bound`, or zero if that is zero.
  mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// A waiting time of a process without memory, with this mean.
  ///
  /// Von Neumann's method compares uniform numbers only, so no logarithm is needed: the length of
  /// the first descending run decides, and each run that is refused adds one mean.
  mutating func exponential(mean: UInt64) -> UInt64 {
    var whole: UInt64 = 0
    while whole < 64 {
      let first = next()
      var last = first
      var length = 1
      while true {
        let draw = next()
        if draw >= last { break }
        last = draw
        length += 1
      }
      if length % 2 == 1 {
        let part = first.multipliedFullWidth(by: mean).high
        let (product, overflow) = whole.multipliedReportingOverflow(by: mean)
        return overflow ? .max : product.addingReportingOverflow(part).partialValue
      }
      whole += 1
    }
    return mean
  }
}
