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
  var reclaimedPages: UInt64 = 0
  var refusedAllocations: UInt64 = 0
  var kills: UInt64 = 0

  init(devices: Int) {
    self.devices = Array(repeating: DeviceCount(), count: devices)
    failures = Array(repeating: 0, count: devices)
    strays = failures
  }

  /// Adds the run of the next seed.
  mutating func add(_ result: SeedResult) {
    seeds += 1
    for (index, count) in result.devices.enumerated() {
      devices[index].add(count)
      if count.refused > 0 { failures[index] += 1 }
      if count.firstStray != nil { strays[index] += 1 }
    }
    if peaks.isEmpty {
      peaks = result.peaks
    } else {
      for (index, peak) in result.peaks.enumerated() {
        if let peak { peaks[index] = max(peaks[index] ?? 0, peak) }
      }
    }
    reclaimedPages += result.reclaimedPages
    refusedAllocations += result.refusedAllocations
    kills += result.kills
  }

  /// The share of runs in which a device got all that it needs.
  func success(_ device: Int) -> SuccessRate {
    SuccessRate(successes: seeds - failures[device], runs: seeds)
  }
}

/// Runs seeds side by side and adds them up in their order.
struct SeedRunner: Sendable {
  private let simulation: Simulation
  private let options: DryRun.Options
  private let afterRun: DryRun.AfterRun

  init(_ simulation: Simulation, _ options: DryRun.Options, _ afterRun: @escaping DryRun.AfterRun) {
    self.simulation = simulation
    self.options = options
    self.afterRun = afterRun
  }

  /// The runs up to the first look, or to the look at which `open` devices are all sure.
  func run(until open: [Int]) async -> Tally? {
    var tally = Tally(devices: simulation.model.devices.count)
    for look in options.looks.prefix(options.untilSure ? options.looks.count : 1) {
      let count = min(look, SuccessRate.maximumRuns)
      guard count > tally.seeds else { continue }
      for result in await results(tally.seeds..<count) {
        tally.add(result)
      }
      let isSure = open.allSatisfy { tally.success($0).isClear(of: options.successTarget) }
      if isSure { break }
    }
    return tally.seeds == 0 ? nil : tally
  }

  /// The results of some seeds, in their order, at most `jobs` at a time.
  private func results(_ seeds: Range<UInt64>) async -> [SeedResult] {
    var results = [SeedResult?](repeating: nil, count: seeds.count)
    let simulation = simulation
    let first = options.firstSeed
    await withTaskGroup(of: (Int, SeedResult).self) { group in
      var next = seeds.lowerBound
      func start() {
        guard next < seeds.upperBound else { return }
        let offset = next
        next += 1
        group.addTask {
          (Int(offset - seeds.lowerBound), simulation.run(seed: first &+ offset))
        }
      }
      for _ in 0..<max(1, options.jobs) { start() }
      while let (index, result) = await group.next() {
        results[index] = result
        afterRun()
        start()
      }
    }
    return results.compactMap(\.self)
  }
}

extension SuccessRate {
  /// Whether the interval lies wholly on one side of the target.
  public func isClear(of target: Proportion) -> Bool { lower >= target || upper < target }
}
