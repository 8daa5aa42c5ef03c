import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// One run in progress.
struct SeedRun: ~Copyable {
  let simulation: Simulation
  var memory: PageAllocator
  /// Regions of another system than today's, in a comparison.
  var regions: StrategyAllocator?
  var background: BackgroundLoad
  /// For each stream what it holds, in the order in which it was allocated.
  var held: [[HeldBuffer]]
  /// Buffers that were never given back.
  var leaked = 0
  var isOpen: [Bool]
  var usage: [PoolUsage]
  var result: SeedResult
  var numbers: SeededNumbers
  /// What happened so far; nil where nobody asks.
  var trace: [DryRun.TraceEvent]?

  /// Buffers that a stream holds at most; what it has beyond is left to the proofs.
  static let maximumHeld = 20_000

  init(_ simulation: Simulation, seed: UInt64, traced: Bool = false) {
    self.simulation = simulation
    trace = traced ? [] : nil
    memory = simulation.booted.fresh()
    regions = simulation.booted.regions
    memory.recordsRelocations = true
    held = Array(repeating: [], count: simulation.instances.count)
    isOpen = Array(repeating: false, count: simulation.instances.count)
    // The last one is what a historic system gave.
    usage = Array(repeating: PoolUsage(), count: simulation.regions.count + 1)
    let devices = simulation.model.devices.map { _ in DeviceCount() }
    result = SeedResult(seed: seed, devices: devices)
    numbers = SeededNumbers(seed: seed, purpose: 4)
    background = BackgroundLoad(seed: seed, simulation.workload, memory.machine)
    background.fill(simulation.workload.background, &memory)
    background.compress(&memory)
  }

  mutating func handle(_ event: Event) {
    switch event.kind {
    case .open(let instance): open(instance, event.time)
    case .close(let instance): close(instance, event.time)
    case .modeChange(let instance): changeMode(instance, event.time)
    case .churn(let pages): background.churn(pages, &memory)
    case .grow(let kind, let pages): background.grow(kind, pages, &memory)
    case .phase(let number): enterPhase(number, event.time)
    case .pin(let pin): background.pin(pin, &memory)
    case .unpin(let pin): background.unpin(pin, &memory)
    case .longPin(let pages): background.pinLong(pages, &memory)
    case .hog(let hog, let pages): background.startHog(hog, pages, &memory)
    case .hogEnd(let hog): background.endHog(hog, &memory)
    }
    switch event.kind {
    case .pin, .unpin, .close: break
    default: background.compress(&memory)
    }
    report(event)
  }

  private mutating func enterPhase(_ number: Int, _ time: UInt64) {
    background.change(to: simulation.workload.phases[number].background, &memory)
  }

  /// What was counted.
  consuming func finish() -> SeedResult {
    let end = simulation.workload.lasts.microseconds
    result.trace = trace ?? []
    result.reclaimedPages = memory.statistics.pagesReclaimed
    result.load = background.counts
    result.peaks = []
    result.meanUsed = []
    for (index, region) in simulation.model.layout.regions.enumerated() {
      usage[index].settle(at: end)
      let mean = end > 0 ? UInt64(clamping: usage[index].sum / UInt128(end)) : usage[index].used
      result.meanUsed.append(mean)
      switch simulation.model.place(region.name) {
      case .area(let area): result.peaks.append(memory.report(area).peakPages)
      case .coherent(let pool): result.peaks.append(memory.report(pool).peakPages)
      default: result.peaks.append(nil)
      }
    }
    result.idlePages = idlePages(end)
    return result
  }

  /// Pages that are set aside and that nobody could use, on average.
  private mutating func idlePages(_ end: UInt64) -> UInt64 {
    let size = memory.machine.pageSize
    var idle: UInt64 = 0
    for (index, region) in simulation.model.layout.regions.enumerated() {
      guard case .coherent = simulation.model.place(region.name) else { continue }
      let pages = size.pages(holding: region.range.size)
      idle += pages - min(pages, result.meanUsed[index])
    }
    guard let setup = simulation.strategy, !setup.isLent, setup.strategy != .today else {
      return idle
    }
    let last = usage.count - 1
    usage[last].settle(at: end)
    let mean = end > 0 ? UInt64(clamping: usage[last].sum / UInt128(end)) : usage[last].used
    let pages = size.pages(holding: setup.reserved)
    return idle + pages - min(pages, mean)
  }
}
