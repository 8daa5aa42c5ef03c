import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// A workload on a machine, ready to be run with any seed.
struct Simulation: Sendable {
  let model: MachineModel
  let booted: BootedMachine
  let workload: Workload
  let instances: [StreamInstance]
  /// For each stream and buffer, how the device asks; nil where it can not.
  let asking: [[DMADevice?]]
  /// For each stream and buffer the names as failures and traces state them.
  let regions: RegionIndex
  /// For each stream the number of its group; nil for none.
  let groups: [Int?]
  /// The other system that answers, of a comparison; nil for the layout as it is.
  let strategy: StrategySetup?

  init(
    _ model: MachineModel,
    _ booted: BootedMachine,
    _ workload: Workload,
    strategy: StrategySetup? = nil
  ) {
    self.strategy = strategy
    self.model = model
    self.booted = booted
    self.workload = workload
    let instances = StreamInstance.all(workload, model)
    self.instances = instances
    asking = instances.map { instance in
      instance.stream.buffers.map { try? model.asking(model.devices[instance.device], $0).get() }
    }
    regions = RegionIndex(model)
    let names = Set(instances.compactMap(\.stream.group)).sorted()
    groups = instances.map { $0.stream.group.flatMap(names.firstIndex) }
  }

  /// The events of one seed.
  func events(seed: UInt64) -> EventStream {
    EventStream(workload, instances, pageSize: model.machine.pageSize, seed: seed)
  }

  /// Runs one seed; with `traced` the result has what happened, event by event.
  func run(seed: UInt64, traced: Bool = false) -> SeedResult {
    var run = SeedRun(self, seed: seed, traced: traced)
    for event in events(seed: seed).events { run.handle(event) }
    return run.finish()
  }
}

/// Which region of the layout a buffer came from.
struct RegionIndex: Sendable {
  private var areas: [Int: Int] = [:]
  private var coherent: [Int: Int] = [:]
  let count: Int

  init(_ model: MachineModel) {
    count = model.layout.regions.count
    for (index, region) in model.layout.regions.enumerated() {
      switch model.place(region.name) {
      case .area(let area): areas[area.index] = index
      case .coherent(let pool): coherent[pool.index] = index
      default: break
      }
    }
  }

  /// The region's position in the layout; nil for the page allocator.
  func region(of source: DMASource) -> Int? {
    switch source {
    case .cma(let area): areas[area.index]
    case .coherentPool(let pool): coherent[pool.index]
    default: nil
    }
  }
}
