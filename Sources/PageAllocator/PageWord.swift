/// What the engine knows of one page, in 64 bits.
///
/// Only the first page of a block has a word; the others hold `tail` (zero), so the block of a page
/// is found by looking at aligned positions downward. Links are needed only while a block is free,
/// owner and class only while it is in use:
///
///     free     1 | type 3 | order 4 | previous 28                       | next 28
///     in use   0 | 1 | 0 0 | order 4 | class 4 | flags 4 | pins 16 | spare 8 | owner 24
///     absent   0 | 0 | 1 reserved | order 4 | zero
///
/// A link to the page itself ends the list, so all 2^28 positions can be used.
struct PageWord: BitwiseCopyable, Equatable, Sendable {
  var bits: UInt64

  static let tail = PageWord(bits: 0)
  static let linkMask: UInt64 = (1 << 28) - 1
  private static let freeFlag: UInt64 = 1 << 63
  private static let usedFlag: UInt64 = 1 << 62
  private static let absentFlag: UInt64 = 1 << 61
  private static let reservedFlag: UInt64 = 1 << 60
  private static let isolatedFlag: UInt64 = 1 << 48
  private static let longTermFlag: UInt64 = 1 << 49

  @inline(__always) init(bits: UInt64) { self.bits = bits }

  @inline(__always) var isTail: Bool { bits == 0 }
  @inline(__always) var isFree: Bool { bits & Self.freeFlag != 0 }
  @inline(__always) var isUsed: Bool { bits & (Self.freeFlag | Self.usedFlag) == Self.usedFlag }
  @inline(__always) var isAbsent: Bool {
    bits & (Self.freeFlag | Self.usedFlag | Self.absentFlag) == Self.absentFlag
  }
  /// Whether an absent page is memory that somebody else holds, not a hole.
  @inline(__always) var isReserved: Bool { isAbsent && bits & Self.reservedFlag != 0 }
  @inline(__always) var order: Int { Int(truncatingIfNeeded: (bits &>> 56) & 15) }

  // MARK: Free

  @inline(__always) init(freeOrder order: Int, type: MigrateType, previous: Int, next: Int) {
    bits =
      Self.freeFlag | UInt64(type.rawValue) << 60 | UInt64(order) << 56 | UInt64(previous) << 28
      | UInt64(next)
  }

  /// A free block on the list with this index (`listIndex`).
  @inline(__always) init(list: Int, previous: Int, next: Int) {
    bits =
      Self.freeFlag | UInt64(truncatingIfNeeded: list & 127) &<< 56
      | UInt64(truncatingIfNeeded: previous) &<< 28 | UInt64(truncatingIfNeeded: next)
  }

  /// Type and order of a free block as they are in the index of its list.
  @inline(__always) var listBits: Int { Int(truncatingIfNeeded: (bits &>> 56) & 127) }

  @inline(__always) var type: MigrateType { MigrateType(bits: UInt8((bits >> 60) & 7)) }
  @inline(__always) var previous: Int {
    get { Int(truncatingIfNeeded: (bits &>> 28) & Self.linkMask) }
    set {
      bits = bits & ~(Self.linkMask &<< 28) | UInt64(truncatingIfNeeded: newValue) &<< 28
    }
  }
  @inline(__always) var next: Int {
    get { Int(truncatingIfNeeded: bits & Self.linkMask) }
    set { bits = bits & ~Self.linkMask | UInt64(truncatingIfNeeded: newValue) }
  }
  /// Whether this heads a free block of exactly `order`.
  @inline(__always) func isFree(order: Int) -> Bool {
    bits & (Self.freeFlag | 15 << 56)
      == Self.freeFlag | UInt64(truncatingIfNeeded: order) &<< 56
  }

  // MARK: In use

  @inline(__always) init(usedOrder order: Int, use: PageUse, owner: OwnerID) {
    bits =
      Self.usedFlag | UInt64(truncatingIfNeeded: order) &<< 56 | UInt64(use.rawValue) &<< 52
      | UInt64(owner.rawValue)
  }

  @inline(__always) var use: PageUse {
    get { PageUse(rawValue: UInt8((bits >> 52) & 15)) ?? .unmovable }
    set { bits = bits & ~(15 << 52) | UInt64(newValue.rawValue) << 52 }
  }
  /// Whether a block in use holds what reclaim can drop; the same as `use.isDroppable`.
  @inline(__always) var isDroppable: Bool {
    (Self.droppableUses >> ((bits >> 52) & 15)) & 1 != 0
  }
  private static let droppableUses: UInt64 =
    1 << UInt64(PageUse.fileClean.rawValue) | 1 << UInt64(PageUse.reclaimableSlab.rawValue)

  @inline(__always) var owner: OwnerID { OwnerID(unchecked: UInt32(bits & 0xff_ffff)) }
  @inline(__always) var pins: Int {
    get { Int((bits >> 32) & 0xffff) }
    set { bits = bits & ~(0xffff << 32) | UInt64(newValue) << 32 }
  }
  /// Whether the block is in use and nobody pins it, so that it may be freed.
  @inline(__always) var isReleasable: Bool {
    bits & (Self.freeFlag | Self.usedFlag | 0xffff << 32) == Self.usedFlag
  }
  @inline(__always) var isPinned: Bool { bits & (0xffff << 32) != 0 }
  /// Whether the page is on the list of a migration that runs, so nobody else may take it.
  @inline(__always) var isIsolated: Bool {
    get { bits & Self.isolatedFlag != 0 }
    set { bits = newValue ? bits | Self.isolatedFlag : bits & ~Self.isolatedFlag }
  }
  /// Whether one of the pins was long-term, so the whole block stays until all pins are gone.
  @inline(__always) var isLongTermPinned: Bool {
    get { bits & Self.longTermFlag != 0 }
    set { bits = newValue ? bits | Self.longTermFlag : bits & ~Self.longTermFlag }
  }
  /// The same block with another order.
  @inline(__always) func with(order: Int) -> PageWord {
    PageWord(bits: bits & ~(15 << 56) | UInt64(order) << 56)
  }

  // MARK: Absent

  @inline(__always) init(absentOrder order: Int, reserved: Bool) {
    bits = Self.absentFlag | (reserved ? Self.reservedFlag : 0) | UInt64(order) << 56
  }
}
