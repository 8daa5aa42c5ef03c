/// Counts of what the allocator did since boot, in events unless named pages.
///
/// Names in back quotes are those of `/proc/vmstat`.
public struct AllocatorStatistics: Hashable, Sendable {
  /// Pages that were copied elsewhere: `pgmigrate_success`.
  public var pagesMigrated: UInt64 = 0
  /// Pages that could not be copied elsewhere when a range was to be emptied: `pgmigrate_fail`.
  public var pagesNotMigrated: UInt64 = 0
  /// Pages that were dropped or swapped out.
  public var pagesReclaimed: UInt64 = 0
  /// Requests that found no page at the low watermark.
  public var slowPathEntries: UInt64 = 0
  /// Blocks taken from another type's lists.
  public var fallbacks: UInt64 = 0
  /// Pageblocks that changed their type because of that.
  public var pageblocksClaimed: UInt64 = 0
  /// Requests for one page or block that could not be met.
  public var failures: UInt64 = 0
  /// Compaction runs that made the block that was wanted.
  public var compactions: UInt64 = 0
  /// Requests to areas that were met, those for the atomic pools at boot included:
  /// `cma_alloc_success`.
  public var cmaSuccesses: UInt64 = 0
  /// Requests to areas that were refused: `cma_alloc_fail`.
  public var cmaFailures: UInt64 = 0
  /// Requests that tried compaction where it was not skipped: `compact_stall`.
  public var compactStalls: UInt64 = 0
  /// Those of them that then got a block: `compact_success`.
  public var compactSuccesses: UInt64 = 0
  /// Those of them that did not: `compact_fail`.
  public var compactFailures: UInt64 = 0
  /// Pages taken aside to be moved or to be moved to: `compact_isolated`.
  public var compactIsolated: UInt64 = 0
  /// Pages that were looked at as sources: `compact_migrate_scanned`.
  ///
  /// The kernel skips pageblocks and starts where it stopped, so its number is lower.
  public var compactMigrateScanned: UInt64 = 0
  /// Pages that were looked at as targets: `compact_free_scanned`, see `compactMigrateScanned`.
  public var compactFreeScanned: UInt64 = 0

  /// Nothing has happened.
  public init() {}

  /// The counters that `/proc/vmstat` has, by their names there, in its order.
  public var vmstat: [(name: String, value: UInt64)] {
    [
      ("pgmigrate_success", pagesMigrated),
      ("pgmigrate_fail", pagesNotMigrated),
      ("compact_migrate_scanned", compactMigrateScanned),
      ("compact_free_scanned", compactFreeScanned),
      ("compact_isolated", compactIsolated),
      ("compact_stall", compactStalls),
      ("compact_fail", compactFailures),
      ("compact_success", compactSuccesses),
      ("cma_alloc_success", cmaSuccesses),
      ("cma_alloc_fail", cmaFailures),
    ]
  }
}
