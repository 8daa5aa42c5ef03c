/// A half-open range of addresses, `start` inside and `end` outside.
///
/// The last byte of the 64-bit space can not be inside, as in the kernel's memblock
/// (`mm/memblock.c: memblock_cap_size`).
public struct AddressRange<Address: MemoryAddress>: Hashable, Sendable, CustomStringConvertible {
  /// The first address inside.
  public let start: Address
  /// The first address outside; never below `start`.
  public let end: Address

  /// The range from `start` to `end`, which is not below `start`.
  @inlinable public init(start: Address, end: Address) {
    precondition(start <= end, "a range ends where it starts or above")
    self.start = start
    self.end = end
  }

  /// The range of `size` bytes from `start`, or nil where it would pass 2^64 - 1.
  @inlinable public init?(start: Address, size: ByteCount) {
    guard let end = start.adding(size) else { return nil }
    self.start = start
    self.end = end
  }

  /// The range of `size` bytes from `start`, cut at 2^64 - 1.
  @inlinable public init(start: Address, saturating size: ByteCount) {
    self.start = start
    self.end = start.addingSaturating(size)
  }

  /// Every address that a range can hold.
  @inlinable public static var all: AddressRange {
    AddressRange(start: Address(rawValue: 0), end: Address(rawValue: .max))
  }

  /// The number of bytes inside.
  @inlinable public var size: ByteCount { ByteCount(end.rawValue - start.rawValue) }
  /// Whether no address is inside.
  @inlinable public var isEmpty: Bool { start == end }

  /// Whether `address` is inside.
  @inlinable public func contains(_ address: Address) -> Bool { start <= address && address < end }

  /// Whether every address of `other` is inside.
  @inlinable public func contains(_ other: AddressRange) -> Bool {
    start <= other.start && other.end <= end
  }

  /// Whether some address is in both.
  @inlinable public func overlaps(_ other: AddressRange) -> Bool {
    Swift.max(start, other.start) < Swift.min(end, other.end)
  }

  /// The addresses in both, or nil when there is none.
  @inlinable public func intersection(_ other: AddressRange) -> AddressRange? {
    let low = Swift.max(start, other.start)
    let high = Swift.min(end, other.end)
    return low < high ? AddressRange(start: low, end: high) : nil
  }

  /// As in `0x4000_0000..<0x8000_0000`.
  public var description: String { "\(start)..<\(end)" }
}

/// A half-open range of CPU physical addresses.
public typealias PhysicalRange = AddressRange<PhysicalAddress>
/// A half-open range of bus addresses.
public typealias BusRange = AddressRange<BusAddress>
