/// A share of a whole in millionths.
public struct Proportion: Comparable, Hashable, Sendable {
  /// Millionths: 0 to 1,000,000.
  public let partsPerMillion: UInt64

  /// So many millionths, at most all of them.
  public init(partsPerMillion: UInt64) {
    self.partsPerMillion = Swift.min(partsPerMillion, 1_000_000)
  }
  /// So many hundredths, at most all of them.
  public init(percent: UInt64) {
    self.init(partsPerMillion: percent > 100 ? 1_000_000 : percent * 10_000)
  }

  /// Orders by size.
  public static func < (lhs: Proportion, rhs: Proportion) -> Bool {
    lhs.partsPerMillion < rhs.partsPerMillion
  }

  /// Whole hundredths, rounded down.
  public var wholePercent: UInt64 { partsPerMillion / 10_000 }
}

/// How many of the runs succeeded, and how far that can be from the truth.
///
/// The interval is Wilson's score interval at a confidence of 1 - 0.05/3: three looks at the same
/// runs together keep 95 %.
public struct SuccessRate: Hashable, Sendable {
  /// The runs that succeeded.
  public let successes: UInt64
  /// All runs; at least one.
  public let runs: UInt64

  /// The square of the two-sided normal quantile of 1 - 0.05/3, in millionths: 2.39397980^2.
  static let squaredQuantile: UInt64 = 5_731_139
  /// More runs than this are not told apart, so that the arithmetic stays in 64 bits.
  static let maximumRuns: UInt64 = 1_000_000

  /// `successes` of `runs`, which is neither zero nor less than `successes`.
  public init(successes: UInt64, runs: UInt64) {
    precondition(runs > 0 && successes <= runs, "a rate is of one run or more")
    precondition(runs <= Self.maximumRuns, "no more than a million runs are counted")
    self.successes = successes
    self.runs = runs
  }

  /// The least that the true rate can be.
  public var lower: Proportion { Proportion(partsPerMillion: Self.lowerBound(successes, runs)) }

  /// The most that the true rate can be.
  public var upper: Proportion {
    Proportion(partsPerMillion: 1_000_000 - Self.lowerBound(runs - successes, runs))
  }

  /// Wilson's lower bound in millionths, rounded down.
  ///
  /// `(2k + z2 - sqrt(z2 * (z2 + 4k(n - k)/n))) / (2(n + z2))`, everything scaled by a million.
  private static func lowerBound(_ successes: UInt64, _ runs: UInt64) -> UInt64 {
    let million: UInt64 = 1_000_000
    let spread = 4 * successes * (runs - successes) * million / runs
    let radicand = squaredQuantile.multipliedFullWidth(by: squaredQuantile + spread)
    let root = squareRootUp(radicand.high, radicand.low)
    let top = 2 * successes * million + squaredQuantile
    guard top > root else { return 0 }
    let bottom = 2 * (runs * million + squaredQuantile)
    let product = (top - root).multipliedFullWidth(by: million)
    return bottom.dividingFullWidth(product).quotient
  }

  /// The smallest number whose square is not below a 128-bit number that is below 2^126.
  private static func squareRootUp(_ high: UInt64, _ low: UInt64) -> UInt64 {
    var least: UInt64 = 0
    var most: UInt64 = 1 << 63
    while least < most {
      let middle = least + (most - least) / 2
      let square = middle.multipliedFullWidth(by: middle)
      if square.high > high || (square.high == high && square.low >= low) {
        most = middle
      } else {
        least = middle + 1
      }
    }
    return least
  }
}
