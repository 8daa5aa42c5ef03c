import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// One run in progress.
struct SeedRun: ~Copyable {
  let simulation: Simulation
  var memory: PageAllocator
  var background: BackgroundLoad
  /// For each stream what it holds, in the order in which it was allocated.
  var held: [[HeldBuffer]]
  /// Buffers that were never given back.
  var leaked = 0
  var isOpen: [Bool]
  var usage: [PoolUsage]
  var result: SeedResult
  var numbers: SeededNumbers
  let trace: DryRun.TraceSink?

  /// Buffers that a stream holds at most; what it has beyond is left to the proofs.
  static let maximumHeld = 20_000

  init(_ simulation: Simulation, seed: UInt64, trace: DryRun.TraceSink? = nil) {
    self.simulation = simulation
    self.trace = trace
    memory = simulation.booted.fresh()
    memory.recordsRelocations = true
    held = Array(repeating: [], count: simulation.instances.count)
    isOpen = Array(repeating: false, count: simulation.instances.count)
    usage = Array(repeating: PoolUsage(), count: simulation.regions.count)
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
    return result
  }
}
