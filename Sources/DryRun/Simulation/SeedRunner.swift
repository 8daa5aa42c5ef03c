/// Runs seeds side by side and adds them up in their order.
struct SeedRunner: Sendable {
  private let simulation: Simulation
  private let options: DryRun.Options
  private let afterRun: DryRun.AfterRun
  /// Seeds that are run before their results are added up.
  private static let batch: UInt64 = 64

  init(_ simulation: Simulation, _ options: DryRun.Options, _ afterRun: @escaping DryRun.AfterRun) {
    self.simulation = simulation
    self.options = options
    self.afterRun = afterRun
  }

  /// The runs up to the first look, or to the look at which `open` devices are all sure, or to the
  /// first failure of any device, proven or not.
  ///
  /// What is added up are always the first seeds without a gap, so what is known after an
  /// interruption is what fewer seeds would have given.
  func run(until open: [Int]) async -> Tally? {
    var tally = Tally(devices: simulation.model.devices.count)
    for look in options.looks.prefix(options.untilSure ? options.looks.count : 1) {
      let count = min(look, SuccessRate.maximumRuns)
      while tally.seeds < count {
        let end = min(count, tally.seeds + Self.batch)
        for result in await results(tally.seeds..<end) {
          tally.add(result)
          if options.untilFailure, tally.failures.contains(where: { $0 > 0 }) {
            return tally
          }
        }
        if tally.seeds < end { return tally.seeds == 0 ? nil : tally }
      }
      let isSure = open.allSatisfy { tally.success($0).isClear(of: options.successTarget) }
      if isSure { break }
    }
    return tally.seeds == 0 ? nil : tally
  }

  /// The results of some seeds, in their order, at most `jobs` at a time, up to the first that was
  /// not run any more.
  private func results(_ seeds: Range<UInt64>) async -> [SeedResult] {
    var results = [SeedResult?](repeating: nil, count: seeds.count)
    let simulation = simulation
    let first = options.firstSeed
    await withTaskGroup(of: (Int, SeedResult).self) { group in
      var next = seeds.lowerBound
      func start() {
        guard next < seeds.upperBound, !options.isInterrupted() else { return }
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
    return Array(results.prefix { $0 != nil }.compactMap(\.self))
  }
}

extension SuccessRate {
  /// Whether the interval lies wholly on one side of the target.
  public func isClear(of target: Proportion) -> Bool { lower >= target || upper < target }
}
