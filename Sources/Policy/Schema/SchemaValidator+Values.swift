import Diagnostics
import PhysicalMemory
import YAML

/// Whether a text is a value of its shape.
extension SchemaValidator {
  static func parse(_ scalar: YAMLNode.Scalar, _ shape: Shape) throws(ValueError) {
    let text = scalar.text
    switch shape {
    case .word(let words):
      if !words.contains(text) {
        let guess = didYouMean(text, among: words)
        throw ValueError(
          "`\(text)` is not \(shape.expectation)",
          help: guess.map { "did you mean `\($0)`?" } ?? "write \(shape.expectation)",
          replacement: guess
        )
      }
    case .flag: try parseFlag(scalar)
    case .count: _ = try ValueParser.count(text)
    case .countWithin(let least, let most):
      guard (least...most).contains(try ValueParser.count(text)) else {
        throw ValueError(
          "`\(text)` is not \(shape.expectation)",
          help: bits(ofMask: text, most) ?? "write \(shape.expectation)"
        )
      }
    case .size: _ = try ValueParser.size(text)
    case .positiveSize:
      if try ValueParser.size(text) == .bytes(.zero) {
        throw ValueError("a size of 0 is none", help: "write how big it is, or take it out")
      }
    case .address: _ = try ValueParser.address(text)
    case .range: _ = try ValueParser.range(text)
    case .time: _ = try ValueParser.time(text)
    case .timeRange: _ = try ValueParser.timeRange(text)
    case .eventRate: _ = try ValueParser.eventRate(text)
    case .throughput: _ = try ValueParser.throughput(text)
    case .picture: _ = try PictureFormat.parse(text)
    case .version: try parseVersion(scalar)
    default: break
    }
  }

  /// A DMA mask as drivers write it, where its number of bits is wanted.
  private static func bits(ofMask text: String, _ most: UInt64) -> String? {
    guard most == 64, let mask = try? ValueParser.count(text), mask > 64, mask & (mask &+ 1) == 0
    else { return nil }
    return "write the mask's number of bits: `\(64 - mask.leadingZeroBitCount)`"
  }

  private static func parseFlag(_ scalar: YAMLNode.Scalar) throws(ValueError) {
    if scalar.style == .plain, ["true", "false"].contains(scalar.text) { return }
    throw ValueError(
      "`\(scalar.text)` is not `true` or `false`",
      help: meaning(ofFlag: scalar.text).map { "write `\($0)`" }
    )
  }

  private static func parseVersion(_ scalar: YAMLNode.Scalar) throws(ValueError) {
    let parts = scalar.text.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ UInt32($0) != nil }) else {
      throw ValueError(
        "`\(scalar.text)` is no kernel version",
        help: "write `\"6.12\"` or `\"6.12.94\"`"
      )
    }
  }
}
