extension DryRun {
  /// The systems under which `compare` runs the same workload.
  public enum ComparedStrategy: String, CaseIterable, Hashable, Sendable {
    /// The layout as it is.
    case layout
    /// The page allocator, without compaction, areas or pools.
    case buddy
    /// The page allocator with compaction.
    case buddyCompaction = "buddy-compaction"
    /// `bigphysarea`: a reservation at the lowest place.
    case bigphysarea
    /// `mem=`: the top of RAM, each buffer at a place of its own.
    case memLimit = "mem-limit"
    /// Android's `pmem`: a power-of-two region for each device.
    case pmem
    /// An ION carve-out heap.
    case ionCarveout = "ion-carveout"
    /// CMA of 2010: a private reservation with best fit.
    case cma2010 = "cma-2010"
    /// CMA of early 2011: movable pages in a context, no second try.
    case cma2011 = "cma-2011"
    /// CMA as it is today: one default area.
    case cma
    /// A coherent pool for each device.
    case devicePools = "device-pools"

    /// A few words for a table.
    public var title: String {
      switch self {
      case .layout: "this layout"
      case .buddy: "buddy alone"
      case .buddyCompaction: "buddy + compaction"
      case .bigphysarea: "bigphysarea"
      case .memLimit: "mem= top of RAM"
      case .pmem: "pmem"
      case .ionCarveout: "ION carve-out"
      case .cma2010: "CMA 2010, private"
      case .cma2011: "CMA 2011"
      case .cma: "CMA today"
      case .devicePools: "per-device pools"
      }
    }

    /// Whether what is set aside serves the rest of the system meanwhile.
    public var isLent: Bool {
      switch self {
      case .cma2011, .cma, .buddy, .buddyCompaction: true
      default: false
      }
    }
  }
}
