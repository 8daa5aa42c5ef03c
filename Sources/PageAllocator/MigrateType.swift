/// What a pageblock is used for (`enum migratetype` of `include/linux/mmzone.h`).
public enum MigrateType: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
  /// Pages that can not move: slab, page tables, driver buffers.
  case unmovable = 0
  /// Pages that can be copied elsewhere: user memory, page cache.
  case movable = 1
  /// Pages that a shrinker can give back.
  case reclaimable = 2
  /// A reserve for atomic allocations of more than one page.
  case highAtomic = 3
  /// Pageblocks of a CMA area: movable pages may borrow them.
  case cma = 4
  /// Pageblocks that nothing may be allocated from while a range is emptied.
  case isolate = 5

  /// The type with these bits; bits that no type has can not occur in a page's word.
  @inline(__always) init(bits: UInt8) {
    switch bits {
    case 0: self = .unmovable
    case 1: self = .movable
    case 2: self = .reclaimable
    case 3: self = .highAtomic
    case 4: self = .cma
    default: self = .isolate
    }
  }

  /// Whether blocks of this type merge with another such type (`migratetype_is_mergeable`).
  @inline(__always) var isMergeable: Bool { rawValue < 3 }

  /// The types to steal from, best first (`fallbacks` of `mm/page_alloc.c`).
  var fallbacks: (MigrateType, MigrateType)? {
    switch self {
    case .unmovable: (.reclaimable, .movable)
    case .movable: (.reclaimable, .unmovable)
    case .reclaimable: (.unmovable, .movable)
    case .highAtomic, .cma, .isolate: nil
    }
  }

  /// The name in `/proc/pagetypeinfo`.
  public var description: String {
    switch self {
    case .unmovable: "Unmovable"
    case .movable: "Movable"
    case .reclaimable: "Reclaimable"
    case .highAtomic: "HighAtomic"
    case .cma: "CMA"
    case .isolate: "Isolate"
    }
  }
}
