/// What a page in use holds, which decides whether it can be migrated or reclaimed.
///
/// The table is section 10.5 of the model: the mobility flags of the allocation
/// (`include/linux/gfp_types.h`) and what `mm/migrate.c` and `mm/vmscan.c` can do with the page.
public enum PageUse: UInt8, CaseIterable, Hashable, Sendable {
  /// Anonymous memory of a process.
  case anonymous = 0
  /// Page cache of a file that is the same as on disk.
  case fileClean = 1
  /// Page cache of a file that has to be written before it can be dropped.
  case fileDirty = 2
  /// A transparent huge page: anonymous memory in one block.
  case transparentHuge = 3
  /// Shared memory and tmpfs files.
  case tmpfs = 4
  /// Anonymous memory that is locked in RAM.
  case mlocked = 5
  /// Slab, page tables, kernel stacks, modules.
  case unmovable = 6
  /// Slab caches that count as reclaimable.
  case reclaimableSlab = 7
  /// A buffer that a driver holds.
  case dma = 8

  /// The use with this number; one that no use has is taken for unmovable.
  @inline(__always) init(bits: UInt8) { self = PageUse(rawValue: bits) ?? .unmovable }

  /// The migrate type that such pages are asked for with (`gfp_migratetype`).
  @inlinable @inline(__always) public var migrateType: MigrateType {
    // A bit a use instead of a switch: every request asks.
    let bit: UInt16 = 1 &<< UInt16(rawValue)
    if bit & Self.movableUses != 0 { return .movable }
    return bit & Self.reclaimableUses != 0 ? .reclaimable : .unmovable
  }

  @usableFromInline static var movableUses: UInt16 { 0b11_1111 }
  @usableFromInline static var reclaimableUses: UInt16 { 1 << 7 }
  private static let droppableUses: UInt16 = 1 << 1 | 1 << 7

  /// Whether `mm/migrate.c` can move such a page when nothing pins it.
  public var isMigratable: Bool { migrateType == .movable }

  /// Whether reclaim can free such a page at once, without swap or writeback.
  @inline(__always) public var isDroppable: Bool {
    (1 &<< UInt16(rawValue)) & Self.droppableUses != 0
  }

  /// Whether reclaim can free such a page if there is swap.
  public var isSwappable: Bool {
    switch self {
    case .anonymous, .transparentHuge, .tmpfs: true
    default: false
    }
  }

  /// Whether a pin is seen before the page is isolated, so that a migration passes it by.
  ///
  /// For anonymous pages `isolate_migratepages_block` of `mm/compaction.c` compares the reference
  /// count with the map count; a pinned page of a file fails only in the migration itself.
  var pinIsSeenEarly: Bool {
    switch self {
    case .anonymous, .transparentHuge, .mlocked: true
    default: false
    }
  }
}

/// Who a page belongs to, as a number that the caller gives a meaning.
public struct OwnerID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number: below 2^24.
  public let rawValue: UInt32

  /// The owner with this number, which is below 2^24.
  @inlinable public init(_ rawValue: UInt32) {
    precondition(rawValue < 1 << 24, "an owner's number has 24 bits")
    self.rawValue = rawValue
  }

  @inline(__always) init(unchecked rawValue: UInt32) { self.rawValue = rawValue }

  /// Nobody in particular.
  public static let none = OwnerID(0)
  /// The kernel itself, which holds the atomic pools.
  public static let kernel = OwnerID((1 << 24) - 1)

  /// Orders owners by their number.
  public static func < (lhs: OwnerID, rhs: OwnerID) -> Bool { lhs.rawValue < rhs.rawValue }
  /// As in `owner 7`.
  public var description: String { "owner \(rawValue)" }
}
