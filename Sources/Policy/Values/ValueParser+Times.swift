extension ValueParser {
  /// A range of times such as `30s..5min`, both ends included.
  static func timeRange(_ text: String) throws(ValueError) -> (TimeSpan, TimeSpan) {
    guard let dots = text.firstRange(of: "..") else {
      throw ValueError("`\(text)` is no range of times", help: "write 30s..5min")
    }
    let least = try time(String(text[..<dots.lowerBound]))
    let most = try time(String(text[dots.upperBound...]))
    guard least <= most else {
      throw ValueError("`\(text)` ends before it starts", help: "write \(most)..\(least)")
    }
    return (least, most)
  }
}
