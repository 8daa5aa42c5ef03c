public import PhysicalMemory

/// What is asked of the page allocator: one block, or one of many like it.
///
/// One word, so that passing it costs nothing:
///
///     effort 2 | may wait 1 | order 5 | zone 3 | use 4 | owner 24
public struct PageRequest: Hashable, Sendable {
  @usableFromInline var bits: UInt64

  /// Where use and zone start, which together choose the plan of a request.
  @usableFromInline static var useShift: UInt64 { 24 }
  @usableFromInline static var zoneShift: UInt64 { 28 }
  @usableFromInline static var orderShift: UInt64 { 31 }
  @usableFromInline static var waitShift: UInt64 { 36 }
  @usableFromInline static var effortShift: UInt64 { 37 }

  /// The size of the block.
  public var order: Order {
    @inline(__always) get { Order(UInt8(truncatingIfNeeded: field(Self.orderShift, 31))) }
    set { setField(Self.orderShift, 31, UInt64(Swift.min(newValue.rawValue, 31))) }
  }
  /// What the pages will hold.
  public var use: PageUse {
    @inline(__always) get { PageUse(bits: UInt8(truncatingIfNeeded: field(Self.useShift, 15))) }
    set { setField(Self.useShift, 15, UInt64(newValue.rawValue)) }
  }
  /// Who will hold them.
  public var owner: OwnerID {
    @inline(__always) get { OwnerID(unchecked: UInt32(truncatingIfNeeded: bits & 0xff_ffff)) }
    set { setField(0, 0xff_ffff, UInt64(newValue.rawValue)) }
  }
  /// The least restricted zone that will do; those below it are tried after it.
  public var highestZone: ZoneKind {
    @inline(__always) get { ZoneKind(bits: UInt8(truncatingIfNeeded: field(Self.zoneShift, 7))) }
    set { setField(Self.zoneShift, 7, UInt64(newValue.rawValue)) }
  }
  /// Whether reclaim and compaction may run (`__GFP_DIRECT_RECLAIM`); an atomic request may not wait.
  public var mayWait: Bool {
    get { field(Self.waitShift, 1) != 0 }
    set { setField(Self.waitShift, 1, newValue ? 1 : 0) }
  }
  /// How hard a request that may wait tries.
  public var effort: Effort {
    get { Effort(bits: UInt8(truncatingIfNeeded: field(Self.effortShift, 3))) }
    set { setField(Self.effortShift, 3, UInt64(newValue.rawValue)) }
  }

  /// How hard a request that may wait tries.
  public enum Effort: UInt8, Hashable, Sendable {
    /// Without `__GFP_RECLAIM`: what is there, without any reserve (`GFP_TRANSHUGE_LIGHT`).
    case light = 0
    /// `__GFP_NORETRY`: one round of reclaim and compaction.
    case once = 1
    /// Up to order 3 as long as there is progress, above it one round.
    case normal = 2
    /// `__GFP_RETRY_MAYFAIL`: as long as there is progress, whatever the order.
    case retry = 3

    fileprivate init(bits: UInt8) { self = Effort(rawValue: bits & 3) ?? .normal }
  }

  @inline(__always) private func field(_ shift: UInt64, _ mask: UInt64) -> UInt64 {
    bits &>> shift & mask
  }

  private mutating func setField(_ shift: UInt64, _ mask: UInt64, _ value: UInt64) {
    bits = bits & ~(mask &<< shift) | value &<< shift
  }

  // MARK: For the fast path

  /// Whether one page is asked for.
  @inline(__always) var isForOnePage: Bool { bits & 31 &<< Self.orderShift == 0 }
  /// Use and zone as one number below `planCount`.
  @inline(__always) var planIndex: Int {
    Int(truncatingIfNeeded: bits &>> Self.useShift & UInt64(Self.planCount - 1))
  }
  static let planCount = 128
  static func planIndex(_ use: PageUse, _ zone: ZoneKind) -> Int {
    Int(use.rawValue) | Int(zone.rawValue) << 4
  }
  /// Use and owner as the slot of a page has them.
  @inline(__always) var slot: UInt32 { UInt32(truncatingIfNeeded: bits & 0xfff_ffff) }

  /// Whether Linux kills a process when such a request finds no memory (`__alloc_pages_may_oom`): not
  /// for large blocks, not where giving up is allowed, and not for the memory of the DMA zones alone.
  public var killsWhenRefused: Bool {
    mayWait && effort == .normal && order <= Order(3) && highestZone >= .normal
  }

  /// A request for a block; without `highestZone` the zone that Linux uses for such pages.
  @inlinable public init(
    order: Order = Order(0),
    use: PageUse,
    owner: OwnerID = .none,
    highestZone: ZoneKind? = nil,
    mayWait: Bool = true,
    effort: Effort = .normal
  ) {
    // User pages are `GFP_HIGHUSER_MOVABLE`, kernel pages `GFP_KERNEL`.
    let zone = highestZone ?? (use.migrateType == .movable ? .movable : .normal)
    bits =
      UInt64(owner.rawValue) | UInt64(use.rawValue) &<< Self.useShift
      | UInt64(zone.rawValue) &<< Self.zoneShift
      // Orders above 31 are refused as 31 is.
      | UInt64(Swift.min(order.rawValue, 31)) &<< Self.orderShift
      | (mayWait ? 1 &<< Self.waitShift : 0) | UInt64(effort.rawValue) &<< Self.effortShift
  }
}

/// Why the page allocator gave no block.
public enum AllocationFailure: Error, Hashable, Sendable {
  /// The order is above the largest block (`MAX_ORDER`).
  case orderTooLarge
  /// No zone has the block, and none could be made. For an order up to 3 Linux would kill a process.
  case outOfMemory
}

/// A block of pages in use.
public struct UsedBlock: Hashable, Sendable {
  /// The first page.
  public let first: PageFrameNumber
  /// The size.
  public let order: Order
  /// What it holds.
  public let use: PageUse
  /// Who holds it.
  public let owner: OwnerID
  /// The number of pins.
  public let pins: Int
}

/// A block whose place or size changed without the holder's doing.
public struct Relocation: Hashable, Sendable {
  /// The first page it had.
  public let from: PageFrameNumber
  /// The size it had.
  public let order: Order
  /// Who holds it.
  public let owner: OwnerID
  /// What became of it.
  public let fate: Fate

  /// What became of a block.
  public enum Fate: Hashable, Sendable {
    /// It starts at this page now.
    case moved(to: PageFrameNumber)
    /// It is gone: dropped or swapped out.
    case dropped
    /// It stayed where it was, as single pages: a huge page that could not move whole.
    case split
  }
}
