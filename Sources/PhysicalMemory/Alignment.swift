/// A power of two that addresses are multiples of.
public struct Alignment: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// log2 of the number of bytes: 0 to 63.
  public let shift: UInt8

  /// The alignment of 2^`shift` bytes; `shift` is below 64.
  @inlinable public init(shift: UInt8) {
    precondition(shift < 64, "an alignment is below 2^64 bytes")
    self.shift = shift
  }

  /// The alignment of `bytes` bytes, or nil when that is no power of two.
  @inlinable public init?(_ bytes: ByteCount) {
    let value = bytes.rawValue
    guard value != 0, value & (value - 1) == 0 else { return nil }
    self.shift = UInt8(value.trailingZeroBitCount)
  }

  /// Every address is aligned to one byte.
  public static let byte = Alignment(shift: 0)

  /// The number of bytes.
  @inlinable public var bytes: ByteCount { ByteCount(1 << UInt64(shift)) }

  @inlinable var mask: UInt64 { (1 << UInt64(shift)) - 1 }

  /// Orders alignments by their number of bytes.
  @inlinable public static func < (lhs: Alignment, rhs: Alignment) -> Bool { lhs.shift < rhs.shift }

  /// The size as `ByteCount` prints it.
  public var description: String { bytes.description }

  /// The highest aligned address that is not above `address`.
  @inlinable public func down<Address: MemoryAddress>(_ address: Address) -> Address {
    Address(rawValue: address.rawValue & ~mask)
  }

  /// The lowest aligned address that is not below `address`, or nil past 2^64.
  @inlinable public func up<Address: MemoryAddress>(_ address: Address) -> Address? {
    let (sum, overflow) = address.rawValue.addingReportingOverflow(mask)
    return overflow ? nil : Address(rawValue: sum & ~mask)
  }

  /// The largest multiple that is not above `size`.
  @inlinable public func down(_ size: ByteCount) -> ByteCount { ByteCount(size.rawValue & ~mask) }

  /// The smallest multiple that is not below `size`, or nil past 2^64.
  @inlinable public func up(_ size: ByteCount) -> ByteCount? {
    let (sum, overflow) = size.rawValue.addingReportingOverflow(mask)
    return overflow ? nil : ByteCount(sum & ~mask)
  }

  /// Whether `address` is a multiple.
  @inlinable public func divides<Address: MemoryAddress>(_ address: Address) -> Bool {
    address.rawValue & mask == 0
  }

  /// Whether `size` is a multiple.
  @inlinable public func divides(_ size: ByteCount) -> Bool { size.rawValue & mask == 0 }
}
