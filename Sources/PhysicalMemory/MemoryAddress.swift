/// A byte address in one address space.
///
/// CPU physical addresses and bus addresses are different types on purpose: only a `dma-ranges`
/// translation turns one into the other.
public protocol MemoryAddress:
  RawRepresentable, Comparable, Hashable, Sendable, CustomStringConvertible
where RawValue == UInt64 {
  /// The address with this number of bytes below it.
  init(rawValue: UInt64)
}

extension MemoryAddress {
  /// Orders addresses by their number.
  @inlinable public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

  /// The address `size` bytes further up, or nil where 64 bits do not hold it.
  @inlinable public func adding(_ size: ByteCount) -> Self? {
    let (sum, overflow) = rawValue.addingReportingOverflow(size.rawValue)
    return overflow ? nil : Self(rawValue: sum)
  }

  /// The address `size` bytes further up, or the last address there is.
  @inlinable public func addingSaturating(_ size: ByteCount) -> Self {
    adding(size) ?? Self(rawValue: .max)
  }

  /// The address `size` bytes further down, or nil below zero.
  @inlinable public func subtracting(_ size: ByteCount) -> Self? {
    rawValue >= size.rawValue ? Self(rawValue: rawValue - size.rawValue) : nil
  }

  /// The bytes from this address up to `end`, or nil when `end` is below.
  @inlinable public func distance(to end: Self) -> ByteCount? {
    end >= self ? ByteCount(rawValue: end.rawValue - rawValue) : nil
  }

  /// Hexadecimal with an underscore every four digits, as reports print it: `0x4000_0000`.
  public var description: String { groupedHexadecimal(rawValue) }

  /// Plain hexadecimal, as machine-readable output and the kernel's `%llx` print it: `0x40000000`.
  public var hexadecimal: String { "0x" + String(rawValue, radix: 16) }
}

/// A CPU physical address (`phys_addr_t`).
public struct PhysicalAddress: MemoryAddress {
  /// Bytes from physical address zero.
  public let rawValue: UInt64
  /// Wraps a number that is known to be a CPU physical address.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Wraps a number that is known to be a CPU physical address.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An address as a DMA master puts it on its bus (`dma_addr_t`).
public struct BusAddress: MemoryAddress {
  /// Bytes from bus address zero.
  public let rawValue: UInt64
  /// Wraps a number that is known to be a bus address.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// Wraps a number that is known to be a bus address.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// `value` in hexadecimal with an underscore every four digits from the right.
func groupedHexadecimal(_ value: UInt64) -> String {
  let digits = Array(String(value, radix: 16))
  var text = "0x"
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 4 == 0 { text.append("_") }
    text.append(digit)
  }
  return text
}
