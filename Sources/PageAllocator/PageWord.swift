/// What a block is, as one value: what `PageTable` holds of its first page, without the links.
///
///     free     1 | type 3 | order 4
///     in use   0 | 1 | careful 1 | 0 | order 4 | class 4 | flags 4 | pins 16 | spare 8 | owner 24
///     absent   0 | 0 | 1 | reserved 1 | order 4
///     inside a block: zero
struct PageWord: BitwiseCopyable, Equatable, Sendable {
  var bits: UInt64

  static let tail = PageWord(bits: 0)
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

  /// The type of the list that a free block is on.
  @inline(__always) var type: MigrateType { MigrateType(bits: UInt8((bits &>> 60) & 7)) }

  // MARK: In use

  @inline(__always) var use: PageUse {
    get { PageUse(rawValue: UInt8((bits &>> 52) & 15)) ?? .unmovable }
    set { bits = bits & ~(15 << 52) | UInt64(newValue.rawValue) &<< 52 }
  }
  /// Whether a block in use holds what reclaim can drop; the same as `use.isDroppable`.
  @inline(__always) var isDroppable: Bool {
    (Self.droppableUses &>> ((bits &>> 52) & 15)) & 1 != 0
  }
  private static let droppableUses: UInt64 =
    1 << UInt64(PageUse.fileClean.rawValue) | 1 << UInt64(PageUse.reclaimableSlab.rawValue)

  @inline(__always) var owner: OwnerID { OwnerID(unchecked: UInt32(bits & 0xff_ffff)) }
  @inline(__always) var pins: Int {
    get { Int((bits &>> 32) & 0xffff) }
    set { bits = bits & ~(0xffff << 32) | UInt64(newValue) &<< 32 }
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
    PageWord(bits: bits & ~(15 << 56) | UInt64(order) &<< 56)
  }

  // MARK: Absent

  @inline(__always) init(absentOrder order: Int, reserved: Bool) {
    bits = Self.absentFlag | (reserved ? Self.reservedFlag : 0) | UInt64(order) &<< 56
  }
}
