/// The size of a page, `PAGE_SIZE`.
public enum PageSize: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  /// 4 KiB.
  case kib4 = 12
  /// 16 KiB.
  case kib16 = 14
  /// 64 KiB.
  case kib64 = 16

  /// log2 of the number of bytes, `PAGE_SHIFT`.
  @inlinable public var shift: UInt8 { rawValue }
  /// The number of bytes.
  @inlinable public var bytes: ByteCount { ByteCount(1 << UInt64(rawValue)) }
  /// The alignment that pages have.
  @inlinable public var alignment: Alignment { Alignment(shift: rawValue) }

  /// The page size of `bytes` bytes, or nil when no kernel has it.
  public init?(bytes: ByteCount) {
    guard let size = Self.allCases.first(where: { $0.bytes == bytes }) else { return nil }
    self = size
  }

  /// The size as `ByteCount` prints it.
  public var description: String { bytes.description }

  /// The number of whole pages that hold `size` bytes, the last one perhaps in part.
  @inlinable public func pages(holding size: ByteCount) -> UInt64 {
    (size.rawValue >> UInt64(rawValue))
      + (size.rawValue & ((1 << UInt64(rawValue)) - 1) == 0 ? 0 : 1)
  }

  /// The size of `pages` pages.
  @inlinable public func bytes(of pages: UInt64) -> ByteCount { bytes * pages }

  /// The smallest order whose block holds `size` bytes (`get_order`).
  @inlinable public func order(holding size: ByteCount) -> Order {
    let pages = pages(holding: size)
    return pages <= 1 ? Order(0) : Order(UInt8(64 - (pages - 1).leadingZeroBitCount))
  }
}

/// The number of a page: its physical address divided by the page size (`pfn`).
public struct PageFrameNumber: RawRepresentable, Comparable, Hashable, Sendable,
  CustomStringConvertible
{
  /// Pages from physical address zero.
  public let rawValue: UInt64
  /// The page with this number.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }
  /// The page with this number.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
  /// The page that holds `address`.
  @inlinable public init(holding address: PhysicalAddress, _ pageSize: PageSize) {
    rawValue = address.rawValue >> UInt64(pageSize.shift)
  }
  /// The address of the page's first byte.
  @inlinable public func address(_ pageSize: PageSize) -> PhysicalAddress {
    PhysicalAddress(rawValue << UInt64(pageSize.shift))
  }
  /// Orders pages by their number.
  @inlinable public static func < (lhs: PageFrameNumber, rhs: PageFrameNumber) -> Bool {
    lhs.rawValue < rhs.rawValue
  }
  /// As in `pfn 0x40000`.
  public var description: String { "pfn 0x" + String(rawValue, radix: 16) }
}

/// The order of a block: it has 2^order pages.
public struct Order: RawRepresentable, Comparable, Hashable, Sendable, CustomStringConvertible {
  /// log2 of the number of pages.
  public let rawValue: UInt8
  /// The order with this log2 of pages.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The order with this log2 of pages.
  @inlinable public init(_ rawValue: UInt8) { self.rawValue = rawValue }
  /// The number of pages of a block.
  @inlinable public var pages: UInt64 { 1 << UInt64(rawValue) }
  /// Orders by size.
  @inlinable public static func < (lhs: Order, rhs: Order) -> Bool { lhs.rawValue < rhs.rawValue }
  /// As in `order 9`.
  public var description: String { "order \(rawValue)" }
}
