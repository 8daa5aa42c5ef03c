public import PhysicalMemory

/// A region that needs a place.
///
/// A request with one window of its own size is a fixed region.
public struct PlacementRequest: Hashable, Sendable {
  /// The name, unique in its problem.
  public let name: String
  /// The number of bytes, which may not be zero.
  public var size: ByteCount
  /// What the base is a multiple of.
  public var alignment: Alignment
  /// The ranges it may lie in: wholly in one of them, even where two of them touch.
  ///
  /// None at all, or only empty ones, means that there is no place for it.
  public var windows: [PhysicalRange]
  /// No multiple of this CPU address lies between the first byte and the last.
  ///
  /// A base that is itself a multiple is allowed. The value need not be a power of two.
  public var boundary: ByteCount?
  /// The requests that it keeps apart from; saying so on one side is enough.
  public var apart: [Separation]
  /// Where the region is today, or in a locked layout.
  public var preferred: PhysicalAddress?
  /// What it does with low memory when the goal is the best layout.
  public var lowMemory: LowMemoryUse

  /// Whether a request should leave low memory to others.
  public enum LowMemoryUse: Hashable, Sendable {
    /// It may lie anywhere.
    case indifferent
    /// It could lie high, so each byte below the problem's `lowMemoryEnd` counts against a layout.
    case avoided
  }

  /// A request for `size` bytes in one of `windows`.
  public init(
    name: String,
    size: ByteCount,
    alignment: Alignment = .byte,
    windows: [PhysicalRange],
    boundary: ByteCount? = nil,
    apart: [Separation] = [],
    preferred: PhysicalAddress? = nil,
    lowMemory: LowMemoryUse = .indifferent
  ) {
    self.name = name
    self.size = size
    self.alignment = alignment
    self.windows = windows
    self.boundary = boundary
    self.apart = apart
    self.preferred = preferred
    self.lowMemory = lowMemory
  }
}

/// Requests that a request may not share a bank or block with.
public struct Separation: Hashable, Sendable {
  /// What may not be shared.
  public enum Block: Hashable, Sendable {
    /// A bank of the problem.
    case bank
    /// A block of this many bytes that starts at a multiple of it; not zero.
    case bytes(ByteCount)
  }

  /// The names of the others, which are kept apart from the request, not from each other.
  public let from: [String]
  /// What may not be shared with any of them.
  public let block: Block

  /// Keeps a request apart `from` others.
  public init(from: [String], block: Block) {
    self.from = from
    self.block = block
  }
}
