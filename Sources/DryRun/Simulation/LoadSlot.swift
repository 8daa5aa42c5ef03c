import PageAllocator

/// One block of the background, in a word.
struct LoadSlot: BitwiseCopyable, Sendable {
  private var bits: UInt64

  private static let pageBits: UInt64 = 44
  private static let pageMask: UInt64 = (1 << pageBits) - 1
  private static let orderShift: UInt64 = 44
  private static let useShift: UInt64 = 49
  private static let pinnedBit: UInt64 = 1 << 53
  private static let longBit: UInt64 = 1 << 54
  private static let splitBit: UInt64 = 1 << 55
  private static let goneBit: UInt64 = 1 << 56
  private static let unusedBit: UInt64 = 1 << 57
  private static let looseBit: UInt64 = 1 << 58
  /// What keeps a block from being freed, moved by hand or pinned.
  private static let fixedBits = pinnedBit | longBit | splitBit | unusedBit | looseBit

  /// A block that was just taken.
  @inline(__always) init(page: UInt64, order: UInt8, use: PageUse) {
    bits =
      page & Self.pageMask | UInt64(order) << Self.orderShift
      | UInt64(use.rawValue) << Self.useShift
  }

  /// The first page.
  @inline(__always) var page: UInt64 {
    get { bits & Self.pageMask }
    set { bits = bits & ~(Self.pageMask | Self.goneBit | Self.looseBit) | newValue & Self.pageMask }
  }

  @inline(__always) var order: UInt8 { UInt8(bits >> Self.orderShift & 31) }
  @inline(__always) var pages: UInt64 { 1 << UInt64(order) }

  @inline(__always) var use: PageUse {
    get { PageUse(rawValue: UInt8(bits >> Self.useShift & 15)) ?? .unmovable }
    set { bits = bits & ~(15 << Self.useShift) | UInt64(newValue.rawValue) << Self.useShift }
  }

  @inline(__always) private func has(_ bit: UInt64) -> Bool { bits & bit != 0 }
  @inline(__always) private mutating func set(_ bit: UInt64, _ isSet: Bool) {
    bits = isSet ? bits | bit : bits & ~bit
  }

  /// Pinned for a short time.
  @inline(__always) var isPinned: Bool {
    get { has(Self.pinnedBit) }
    set { set(Self.pinnedBit, newValue) }
  }
  /// Pinned for long.
  @inline(__always) var isPinnedLong: Bool {
    get { has(Self.longBit) }
    set { set(Self.longBit, newValue) }
  }
  /// A huge page that was split: its pages are followed one by one.
  @inline(__always) var isSplit: Bool {
    get { has(Self.splitBit) }
    set { set(Self.splitBit, newValue) }
  }
  /// Dropped or swapped out.
  @inline(__always) var isGone: Bool {
    get { has(Self.goneBit) }
    set { set(Self.goneBit, newValue) }
  }
  /// Freed, and about to be taken again.
  @inline(__always) var isLoose: Bool {
    get { has(Self.looseBit) }
    set { set(Self.looseBit, newValue) }
  }
  /// Given back for good.
  @inline(__always) var isUnused: Bool {
    get { has(Self.unusedBit) }
    set { set(Self.unusedBit, newValue) }
  }
  /// Whether it can be freed and replaced.
  @inline(__always) var isFree: Bool { bits & Self.fixedBits == 0 }
}
