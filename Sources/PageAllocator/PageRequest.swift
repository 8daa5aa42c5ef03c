public import PhysicalMemory

/// What is asked of the page allocator: one block, or one of many like it.
public struct PageRequest: Hashable, Sendable {
  /// The size of the block.
  public var order: Order
  /// What the pages will hold.
  public var use: PageUse
  /// Who will hold them.
  public var owner: OwnerID
  /// The least restricted zone that will do; those below it are tried after it.
  public var highestZone: ZoneKind
  /// Whether reclaim and compaction may run (`__GFP_DIRECT_RECLAIM`); an atomic request may not wait.
  public var mayWait: Bool
  /// How hard a request that may wait tries.
  public var effort: Effort

  /// How hard a request that may wait tries.
  public enum Effort: Hashable, Sendable {
    /// Without `__GFP_RECLAIM`: what is there, without any reserve (`GFP_TRANSHUGE_LIGHT`).
    case light
    /// `__GFP_NORETRY`: one round of reclaim and compaction.
    case once
    /// Up to order 3 as long as there is progress, above it one round.
    case normal
    /// `__GFP_RETRY_MAYFAIL`: as long as there is progress, whatever the order.
    case retry
  }

  /// Whether Linux kills a process when such a request finds no memory (`__alloc_pages_may_oom`): not
  /// for large blocks, not where giving up is allowed, and not for the memory of the DMA zones alone.
  public var killsWhenRefused: Bool {
    mayWait && effort == .normal && order <= Order(3) && highestZone >= .normal
  }

  /// A request for a block; without `highestZone` the zone that Linux uses for such pages.
  public init(
    order: Order = Order(0),
    use: PageUse,
    owner: OwnerID = .none,
    highestZone: ZoneKind? = nil,
    mayWait: Bool = true,
    effort: Effort = .normal
  ) {
    self.order = order
    self.use = use
    self.owner = owner
    // User pages are `GFP_HIGHUSER_MOVABLE`, kernel pages `GFP_KERNEL`.
    self.highestZone = highestZone ?? (use.migrateType == .movable ? .movable : .normal)
    self.mayWait = mayWait
    self.effort = effort
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
