/// A bitmap as a CMA area has one, for those who only want to search: used bits, and an index that makes
/// the kernel's first fit cheap.
public struct CMABitmap: ~Copyable, Sendable {
  private var words: FlatMemory<UInt64>
  private let bitmap: Bitmap

  /// A bitmap of so many clear bits.
  public init(bits: Int) {
    precondition(bits > 0, "a bitmap has bits")
    words = FlatMemory(repeating: 0, count: Bitmap.wordsWithIndex(bits))
    bitmap = Bitmap(firstWord: 0, count: bits)
    words.makeIndex(bitmap)
  }

  /// The number of bits.
  public var bits: Int { bitmap.count }

  /// Sets or clears the bits of `range`.
  ///
  /// - Complexity: O(bits / 64 + orders).
  public mutating func set(_ range: Range<Int>, to isUsed: Bool) {
    words.set(bitmap, range, to: isUsed)
  }

  /// The lowest position with `count` clear bits that is a multiple of 2^`alignmentOrder`
  /// (`bitmap_find_next_zero_area_off`).
  public func firstClear(from start: Int = 0, count: Int, alignmentOrder: Int) -> Int? {
    let mask = (1 << alignmentOrder) - 1
    return words.firstClear(bitmap, from: start, count, mask: mask, offset: 0)
  }
}
