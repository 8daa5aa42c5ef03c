public import Layout
import PageAllocator
public import PhysicalMemory
import Policy

extension DryRun {
  /// How one workload fares under one system.
  public struct Comparison: Hashable, Sendable {
    /// The RAM variant.
    public let variant: String
    /// The workload.
    public let workload: String
    /// The system.
    public let strategy: ComparedStrategy
    /// What the runs came to; nil where the system can not be set up here.
    public let result: Result?
    /// Why it can not be set up.
    public let obstacle: String?

    /// What the runs came to.
    public struct Result: Hashable, Sendable {
      /// The runs in which every device got every buffer that it needs, within its reach.
      public let success: SuccessRate
      /// Bytes set aside, lent or not.
      public let reserved: ByteCount
      /// Bytes set aside that nobody could use, on average over the workload's time.
      public let meanIdle: ByteCount
      /// Pages copied elsewhere for one request: half of the requests took no more.
      public let migratedMedian: UInt64
      /// The same for 99 of a hundred requests.
      public let migrated99: UInt64
      /// The most of any request.
      public let migratedMost: UInt64
      /// What it did to the rest of the system.
      public let system: SystemSide
      /// The first failure of the first run that failed.
      public let firstFailure: FirstFailure?
      /// When runs failed first.
      public let timeToFailure: TimeToFailure?
    }
  }

  /// Runs each workload of a layout under each system, with as much memory set aside as the layout's
  /// own pools have.
  ///
  /// - Complexity: O(systems * seeds * (pages + events)).
  public static func compare(
    _ layout: Layout,
    strategies: [ComparedStrategy] = ComparedStrategy.allCases,
    options: Options = Options(),
    afterRun: @escaping AfterRun = {}
  ) async -> [Comparison] {
    var comparisons: [Comparison] = []
    for workload in layout.workloads where !workload.streams.isEmpty {
      for strategy in strategies {
        let result = await result(strategy, layout, workload, options, afterRun)
        comparisons.append(
          Comparison(
            variant: layout.variant,
            workload: workload.name,
            strategy: strategy,
            result: result.value,
            obstacle: result.obstacle
          )
        )
        if options.isInterrupted() { return comparisons }
      }
    }
    return comparisons
  }

  private static func result(
    _ kind: ComparedStrategy,
    _ layout: Layout,
    _ workload: Workload,
    _ options: Options,
    _ afterRun: @escaping AfterRun
  ) async -> (value: Comparison.Result?, obstacle: String?) {
    let setup: StrategySetup
    do throws(StrategySetup.Fault) {
      setup = try StrategySetup(kind, layout, workload)
    } catch {
      return (nil, error.text)
    }
    let today = MachineModel(setup.layout)
    let model = setup.strategy == .today ? today : today.withoutPools()
    guard let changed = setup.layout.workloads.first(where: { $0.name == workload.name }) else {
      return (nil, nil)
    }
    let simulation: Simulation
    do throws(StrategyError) {
      let booted = try model.boot(changed, setup.strategy)
      simulation = Simulation(model, booted, changed, strategy: setup)
    } catch {
      return (nil, error.text)
    }
    let asking = Set(simulation.instances.map(\.device)).sorted()
      .filter { !model.devices[$0].needsNothing }
    guard !asking.isEmpty else { return (nil, "no device needs contiguous memory") }
    var once = options
    once.untilFailure = false
    guard let tally = await SeedRunner(simulation, once, afterRun).run(until: asking) else {
      return (nil, nil)
    }
    return (Comparison.Result(tally, asking, setup, kind), nil)
  }
}

extension DryRun.Comparison.Result {
  init(
    _ tally: Tally,
    _ asking: [Int],
    _ setup: StrategySetup,
    _ kind: DryRun.ComparedStrategy
  ) {
    var all = DeviceCount()
    for device in asking { all.add(tally.devices[device]) }
    success = SuccessRate(successes: tally.seeds - tally.anyFailures, runs: tally.seeds)
    reserved = setup.reserved
    let page = setup.layout.target.pageSize
    meanIdle = page.bytes(of: tally.idlePages / max(1, tally.seeds))
    migratedMedian = all.migratedPages(percent: 50)
    migrated99 = all.migratedPages(percent: 99)
    migratedMost = all.migratedPages(percent: 100)
    system = tally.system
    firstFailure = all.firstFailure
    timeToFailure = asking.compactMap { tally.timeToFailure($0) }.min { $0.earliest < $1.earliest }
  }
}

extension StrategyError {
  /// The sentence for a person, without full stop.
  fileprivate var text: String {
    switch self {
    case .machine(let error): "this memory can not be set up: \(error)"
    case .rangeNotFree(let name): "the place of `\(name)` is not free"
    case .noRoom(let name): "there is no place for `\(name)`"
    case .rangeNotHidden(let name): "`mem=` does not hide the place of `\(name)`"
    case .noSuchRegion(let name): "there is no region `\(name)`"
    }
  }
}

extension StrategySetup.Fault {
  /// The sentence for a person, without full stop.
  var text: String {
    switch self {
    case .noRoom(let text): text
    case .noPool: "the workload uses no pool and has no buffers"
    }
  }
}
