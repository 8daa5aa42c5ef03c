import PhysicalMemory

/// What one run counted.
struct SeedResult: Sendable {
  let seed: UInt64
  /// In the order of the layout's devices.
  var devices: [DeviceCount]
  /// The most pages that were allocated at one time, in the order of the layout's regions; nil for
  /// what is no pool.
  var peaks: [UInt64?] = []
  /// The pages that drivers held on average over the workload's time, in the same order.
  var meanUsed: [UInt64] = []
  var reclaimedPages: UInt64 = 0
  var load = LoadCounts()
  /// What happened, where that was asked for.
  var trace: [DryRun.TraceEvent] = []
  /// Pages that were set aside and that nobody could use, on average.
  var idlePages: UInt64 = 0

  /// Whether a device failed, or got what it does not reach.
  var hasFailure: Bool { devices.contains { $0.refused > 0 || $0.firstStray != nil } }
}

/// What was counted of one device.
struct DeviceCount: Sendable {
  var requests: UInt64 = 0
  var refused: UInt64 = 0
  var refusedOptional: UInt64 = 0
  var busyRetries: UInt64 = 0
  /// Openings that were skipped, for another stream of the group was open.
  var skipped: UInt64 = 0
  var firstFailure: FirstFailure?
  /// The first buffer that the device got and does not reach.
  var firstStray: Stray?
  /// How many requests took so many migrated pages.
  var migrated: [UInt64: UInt64] = [:]

  /// A buffer and where it lies.
  struct Stray: Sendable {
    let buffer: String
    let address: PhysicalAddress
  }

  /// Whether nothing was ever asked for, nor skipped.
  var wasNeverOpened: Bool { requests == 0 && skipped == 0 && refused == 0 }

  /// Adds another run; the first failure is that of the earlier one.
  mutating func add(_ other: DeviceCount) {
    requests += other.requests
    refused += other.refused
    refusedOptional += other.refusedOptional
    busyRetries += other.busyRetries
    skipped += other.skipped
    firstStray = firstStray ?? other.firstStray
    firstFailure = firstFailure ?? other.firstFailure
    migrated.merge(other.migrated) { $0 + $1 }
  }

  /// The fewest migrated pages that `percent` of a hundred requests did not exceed.
  func migratedPages(percent: UInt64) -> UInt64 {
    let all = migrated.values.reduce(0, +)
    var passed: UInt64 = 0
    for (pages, count) in migrated.sorted(by: { $0.key < $1.key }) {
      passed += count
      if passed * 100 >= all * percent { return pages }
    }
    return 0
  }
}
