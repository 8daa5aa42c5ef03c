public import PhysicalMemory

/// A size as policy writes it: bytes, a share of the variant's RAM, or the smaller or larger of
/// several.
public indirect enum SizeExpression: Hashable, Sendable {
  /// A number of bytes.
  case bytes(ByteCount)
  /// So many percent of the variant's RAM less what firmware has removed.
  case percent(UInt64)
  /// The smallest of them.
  case min([SizeExpression])
  /// The largest of them.
  case max([SizeExpression])

  /// The size on a variant with this much RAM; a share is rounded down to whole bytes.
  public func bytes(ram: ByteCount) -> ByteCount {
    switch self {
    case .bytes(let count): count
    case .percent(let share): ByteCount(Self.share(share, of: ram.rawValue))
    case .min(let terms): terms.map { $0.bytes(ram: ram) }.min() ?? .zero
    case .max(let terms): terms.map { $0.bytes(ram: ram) }.max() ?? .zero
    }
  }

  private static func share(_ percent: UInt64, of total: UInt64) -> UInt64 {
    let (high, low) = total.multipliedFullWidth(by: percent)
    return high < 100 ? UInt64(100).dividingFullWidth((high, low)).quotient : .max
  }
}
