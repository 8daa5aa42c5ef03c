import Policy

/// What all runs of a workload counted together.
struct Tally: Sendable {
  var seeds: UInt64 = 0
  /// In the order of the layout's devices.
  var devices: [DeviceCount]
  /// Runs in which the device failed.
  var failures: [UInt64]
  /// Runs in which the device got memory that it does not reach.
  var strays: [UInt64]
  var peaks: [UInt64?] = []
  /// Pages that drivers held on average, added up over the runs.
  var meanUsed: [UInt64] = []
  /// For each device the times of the first failures, one for each run that failed.
  var failureTimes: [[UInt64]]
  var reclaimedPages: UInt64 = 0
  var load = LoadCounts()
  /// Pages that were set aside and that nobody could use, on average, added up over the runs.
  var idlePages: UInt64 = 0
  /// Runs in which any device failed.
  var anyFailures: UInt64 = 0

  init(devices: Int) {
    self.devices = Array(repeating: DeviceCount(), count: devices)
    failures = Array(repeating: 0, count: devices)
    strays = failures
    failureTimes = Array(repeating: [], count: devices)
  }

  /// Adds the run of the next seed.
  mutating func add(_ result: SeedResult) {
    seeds += 1
    for (index, count) in result.devices.enumerated() {
      devices[index].add(count)
      if count.refused > 0 { failures[index] += 1 }
      if let failure = count.firstFailure {
        failureTimes[index].append(failure.time.microseconds)
      }
      if count.firstStray != nil { strays[index] += 1 }
    }
    if peaks.isEmpty {
      peaks = result.peaks
      meanUsed = result.meanUsed
    } else {
      for (index, peak) in result.peaks.enumerated() {
        if let peak { peaks[index] = max(peaks[index] ?? 0, peak) }
        meanUsed[index] += result.meanUsed[index]
      }
    }
    reclaimedPages += result.reclaimedPages
    load.add(result.load)
    idlePages += result.idlePages
    if result.hasFailure { anyFailures += 1 }
  }

  /// The share of runs in which a device got all that it needs.
  func success(_ device: Int) -> SuccessRate {
    SuccessRate(successes: seeds - failures[device], runs: seeds)
  }
}
