/// Times of one thing measured several times.
struct Sample {
  var values: [Double] = []

  var median: Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count & 1 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Two samples taken in turn, and their ratio.
struct Comparison {
  let name: String
  let unit: String
  var control = Sample()
  var engine = Sample()

  /// The ratio of the medians, and of the lowest and the highest pair.
  var ratios: (median: Double, low: Double, high: Double) {
    let pairs = zip(engine.values, control.values).map { $0 / $1 }
    return (engine.median / control.median, pairs.min() ?? 0, pairs.max() ?? 0)
  }

  var row: String {
    let (median, low, high) = ratios
    let spread =
      control.values.count > 1 ? "\(Self.text(low)) to \(Self.text(high))" : "one long run"
    return "| \(name) | \(control.median.rounded(1)) | \(engine.median.rounded(1)) \(unit) | "
      + "**\(Self.text(median))** | \(spread) |"
  }

  /// A ratio, as a fraction where it is small.
  private static func text(_ ratio: Double) -> String {
    ratio < 0.1 && ratio > 0 ? "1/\(Int((1 / ratio).rounded()))" : ratio.rounded(2)
  }

  static let header = """
    | what | control | engine | ratio | of single runs |
    |---|---|---|---|---|
    """
}

extension Double {
  /// With so many digits behind the point.
  func rounded(_ digits: Int) -> String {
    let scale = digits == 1 ? 10.0 : digits == 2 ? 100.0 : 1000.0
    let value = Int((self * scale).rounded())
    let fraction = String(value % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return "\(value / Int(scale)).\(zeros)\(fraction)"
  }
}
