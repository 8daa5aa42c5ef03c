public import PhysicalMemory

/// An address as policy writes it: absolute, or an offset from an end of the variant's RAM.
public struct AddressExpression: Hashable, Sendable {
  /// What the offset counts from.
  public enum Anchor: Hashable, Sendable {
    /// Physical address zero.
    case zero
    /// The lowest address of RAM.
    case ramStart
    /// The first address above RAM.
    case ramEnd
  }

  /// What the offset counts from.
  public let anchor: Anchor
  /// Bytes above the anchor.
  public let plus: ByteCount
  /// Bytes below that.
  public let minus: ByteCount

  /// The address where RAM lies in `ram`, or nil where it is outside 64 bits or RAM is needed and
  /// there is none.
  public func address(ram: PhysicalRegionSet) -> PhysicalAddress? {
    let base: PhysicalAddress? =
      switch anchor {
      case .zero: PhysicalAddress(0)
      case .ramStart: ram.start
      case .ramEnd: ram.end
      }
    return base?.adding(plus)?.subtracting(minus)
  }
}

/// A half-open range of CPU addresses as policy writes it.
public enum RangeExpression: Hashable, Sendable {
  /// `a..b`
  case bounds(AddressExpression, AddressExpression)
  /// `a..+size`
  case sized(AddressExpression, SizeExpression)
  /// `device.NAME.reach`: what the device can reach.
  case reach(ofDevice: String)

  /// The range where RAM lies in `ram`, or nil where an end has no value, lies below the start, or
  /// the range is a device's reach.
  public func range(ram: PhysicalRegionSet) -> PhysicalRange? {
    switch self {
    case .bounds(let first, let last):
      guard let start = first.address(ram: ram), let end = last.address(ram: ram), start <= end
      else { return nil }
      return PhysicalRange(start: start, end: end)
    case .sized(let first, let size):
      guard let start = first.address(ram: ram) else { return nil }
      return PhysicalRange(start: start, size: size.bytes(ram: ram.size))
    case .reach: return nil
    }
  }
}

extension RangeExpression {
  /// The range that `text` states as policy would, or nil.
  public init?(_ text: String) {
    guard let range = try? ValueParser.range(text) else { return nil }
    self = range
  }
}

extension AddressExpression {
  /// The address that `text` states as policy would, or nil.
  public init?(_ text: String) {
    guard let address = try? ValueParser.address(text) else { return nil }
    self = address
  }
}
