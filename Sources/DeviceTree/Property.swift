/// A property of a node: a name and bytes.
///
/// What the bytes mean is asked for, not guessed.
public struct Property: Sendable {
  let storage: DeviceTree.Storage
  let index: Int

  private var record: DeviceTree.PropertyRecord { storage.properties[index] }

  /// The name.
  public var name: String { storage.propertyNames[Int(record.name)] }

  /// The number of bytes.
  public var count: Int { Int(record.valueLength) }

  /// The bytes.
  public var bytes: ArraySlice<UInt8> {
    let start = Int(record.valueStart)
    return storage.blob[start..<start + count]
  }

  /// The number of whole cells of 32 bits.
  public var cellCount: Int { count / 4 }

  /// The cell at `position`, which is below `cellCount`.
  public func cell(_ position: Int) -> UInt32 {
    precondition(position >= 0 && position < cellCount, "a property has no cell at \(position)")
    return storage.blob.bigEndian32(at: Int(record.valueStart) + position * 4)
  }

  /// The bytes as cells, or nil when they are no whole number of them.
  public var cells: [UInt32]? {
    count % 4 == 0 ? (0..<cellCount).map(cell) : nil
  }

  /// The number that `width` cells from `position` on make, big-endian.
  ///
  /// Only the low 64 bits survive, as in `of_read_number`.
  public func number(at position: Int, cells width: Int) -> UInt64 {
    (position..<position + width).reduce(0) { $0 << 32 | UInt64(cell($1)) }
  }

  /// The text up to the first NUL, or nil when there is no NUL.
  public var string: String? {
    guard let end = bytes.firstIndex(of: 0) else { return nil }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// The NUL-terminated strings one after the other; an unterminated rest is left out.
  public var strings: [String] {
    var result: [String] = []
    var rest = bytes
    while let end = rest.firstIndex(of: 0) {
      result.append(String(decoding: rest[..<end], as: UTF8.self))
      rest = rest[(end + 1)...]
    }
    return result
  }
}
