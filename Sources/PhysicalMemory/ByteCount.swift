/// A size in bytes.
public struct ByteCount: RawRepresentable, Comparable, Hashable, Sendable, CustomStringConvertible {
  /// The number of bytes.
  public let rawValue: UInt64

  /// A size of this many bytes.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// A size of this many bytes.
  @inlinable public init(_ bytes: UInt64) { self.rawValue = bytes }

  /// No bytes.
  public static let zero = ByteCount(0)
  /// `count` times 2^10 bytes.
  @inlinable public static func kib(_ count: UInt64) -> ByteCount { ByteCount(count << 10) }
  /// `count` times 2^20 bytes.
  @inlinable public static func mib(_ count: UInt64) -> ByteCount { ByteCount(count << 20) }
  /// `count` times 2^30 bytes.
  @inlinable public static func gib(_ count: UInt64) -> ByteCount { ByteCount(count << 30) }

  /// Orders sizes by their number of bytes.
  @inlinable public static func < (lhs: ByteCount, rhs: ByteCount) -> Bool {
    lhs.rawValue < rhs.rawValue
  }

  /// The sum, or the largest size there is.
  @inlinable public static func + (lhs: ByteCount, rhs: ByteCount) -> ByteCount {
    let (sum, overflow) = lhs.rawValue.addingReportingOverflow(rhs.rawValue)
    return ByteCount(overflow ? .max : sum)
  }

  /// The difference, or zero where it would be negative.
  @inlinable public static func - (lhs: ByteCount, rhs: ByteCount) -> ByteCount {
    ByteCount(lhs.rawValue >= rhs.rawValue ? lhs.rawValue - rhs.rawValue : 0)
  }

  /// Adds `rhs`, or becomes the largest size there is.
  @inlinable public static func += (lhs: inout ByteCount, rhs: ByteCount) { lhs = lhs + rhs }

  /// The size `count` times over, or the largest size there is.
  @inlinable public static func * (lhs: ByteCount, count: UInt64) -> ByteCount {
    let (product, overflow) = lhs.rawValue.multipliedReportingOverflow(by: count)
    return ByteCount(overflow ? .max : product)
  }

  /// The size in the biggest unit that states it exactly: `96 MiB`, `18800640 B`.
  public var description: String {
    let units: [(shift: UInt64, name: String)] = [
      (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB"),
    ]
    for (shift, name) in units where rawValue != 0 && rawValue & ((1 << shift) - 1) == 0 {
      return "\(rawValue >> shift) \(name)"
    }
    return "\(rawValue) B"
  }

  /// The size for a person: exact where that takes at most four digits, else one decimal of the
  /// biggest unit that is not below one: `17.9 MiB`.
  public var approximate: String {
    let exact = description
    guard exact.prefix(while: { $0 != " " }).count > 4 else { return exact }
    let units: [(shift: UInt64, name: String)] = [
      (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB"),
    ]
    for (shift, name) in units where rawValue >> shift != 0 {
      let tenths = ((rawValue >> (shift - 10)) * 10 + 512) >> 10
      return "\(tenths / 10).\(tenths % 10) \(name)"
    }
    return exact
  }

  /// Plain hexadecimal, as machine-readable output prints it: `0x6000000`.
  public var hexadecimal: String { "0x" + String(rawValue, radix: 16) }
}
