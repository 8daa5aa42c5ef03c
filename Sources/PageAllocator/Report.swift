/// How many pages an owner holds of something.
public struct OwnerShare: Hashable, Sendable {
  /// Who.
  public let owner: OwnerID
  /// What the pages hold.
  public let use: PageUse
  /// How many pages.
  public let pages: UInt64
}

/// The state of a CMA area or a pool.
public struct PoolReport: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// All its pages.
  public let pages: UInt64
  /// Pages that are allocated: bits set in its bitmap.
  public let usedPages: UInt64
  /// The most that were allocated at one time since boot.
  public let peakPages: UInt64
  /// The longest run of clear bits; nil when all are set.
  public let largestFree: PageExtent?
  /// Pages of all requests to a CMA area that were met (`alloc_pages_success` of
  /// `/sys/kernel/mm/cma`); zero for pools.
  public internal(set) var pagesServed: UInt64 = 0
  /// Pages of all requests to a CMA area that were refused (`alloc_pages_fail`); zero for pools.
  public internal(set) var pagesRefused: UInt64 = 0
}

/// The state of a zone (`/proc/zoneinfo`), in pages.
public struct ZoneReport: Hashable, Sendable {
  /// Which zone.
  public let kind: ZoneKind
  /// `managed`.
  public let managed: UInt64
  /// `nr_free_pages`.
  public let free: UInt64
  /// `nr_free_cma`.
  public let freeCMA: UInt64
  /// The watermark `min`.
  public let minimum: UInt64
  /// The watermark `low`.
  public let low: UInt64
  /// The watermark `high`.
  public let high: UInt64
}
