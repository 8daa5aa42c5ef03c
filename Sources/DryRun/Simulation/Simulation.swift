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

  init(_ model: MachineModel, _ booted: BootedMachine, _ workload: Workload) {
    self.model = model
    self.booted = booted
    self.workload = workload
    let instances = StreamInstance.all(workload, model)
    self.instances = instances
    asking = instances.map { instance in
      instance.stream.buffers.map { try? model.asking(model.devices[instance.device], $0).get() }
    }
  }

  /// The events of one seed.
  func events(seed: UInt64) -> EventStream {
    EventStream(workload, instances, pageSize: model.machine.pageSize, seed: seed)
  }

  /// Runs one seed.
  func run(seed: UInt64) -> SeedResult {
    var run = SeedRun(self, seed: seed)
    for event in events(seed: seed).events { run.handle(event) }
    return run.finish()
  }
}

/// One run in progress.
struct SeedRun: ~Copyable {
  private let simulation: Simulation
  private(set) var memory: PageAllocator
  private(set) var background: BackgroundLoad
  private var held: [[Held]]
  private var result: SeedResult

  /// Buffers that a stream holds at most; what it has beyond is left to the proofs.
  static let maximumHeld = 20_000

  /// A buffer that a stream holds.
  private enum Held {
    case dma(DMABuffer)
    case heap(CMAAreaID, PageExtent)
  }

  init(_ simulation: Simulation, seed: UInt64) {
    self.simulation = simulation
    memory = simulation.booted.fresh()
    memory.recordsRelocations = true
    held = Array(repeating: [], count: simulation.instances.count)
    let devices = simulation.model.devices.map { _ in DeviceCount() }
    result = SeedResult(seed: seed, devices: devices)
    let load = simulation.workload.background
    let total = BackgroundLoad.pages(load, memory.machine.pageSize)
    background = BackgroundLoad(seed: seed, total: total)
    background.fill(load, &memory)
  }

  mutating func handle(_ event: EventStream.Event) {
    switch event.kind {
    case .open(let instance): open(instance, event.time)
    case .close(let instance): close(instance)
    case .churn(let pages): background.churn(pages, &memory)
    case .pin(let pin): background.pin(pin, &memory)
    case .unpin(let pin): background.unpin(pin, &memory)
    }
  }

  consuming func finish() -> SeedResult {
    result.reclaimedPages = memory.statistics.pagesReclaimed
    result.refusedAllocations = background.refused
    result.kills = background.kills
    result.peaks = []
    for region in simulation.model.layout.regions {
      switch simulation.model.place(region.name) {
      case .area(let area): result.peaks.append(memory.report(area).peakPages)
      case .coherent(let pool): result.peaks.append(memory.report(pool).peakPages)
      default: result.peaks.append(nil)
      }
    }
    return result
  }

  // MARK: Streams

  /// Allocates the buffers in their order; without one that it needs, the driver gives all back.
  private mutating func open(_ index: Int, _ time: UInt64) {
    let instance = simulation.instances[index]
    close(index)
    for (number, buffer) in instance.stream.buffers.enumerated() {
      guard let device = simulation.asking[index][number] else { return close(index) }
      var copy: UInt64 = 0
      while copy < buffer.count, held[index].count < Self.maximumHeld {
        result.devices[instance.device].requests += 1
        if let failure = request(buffer, device, index) {
          if buffer.isOptional {
            result.devices[instance.device].refusedOptional += 1
            break
          }
          note(failure, buffer, copy, index, time)
          return close(index)
        }
        copy += 1
      }
    }
  }

  private mutating func close(_ index: Int) {
    while let last = held[index].popLast() {
      switch last {
      case .dma(let buffer): memory.dmaFree(buffer)
      case .heap(let area, let extent):
        memory.releaseCMA(area, first: extent.first, pages: extent.pages)
      }
    }
  }

  private struct Refusal {
    let cause: DMAFailure
    let cma: CMAOutcome?
  }

  private mutating func request(_ buffer: Buffer, _ device: DMADevice, _ index: Int) -> Refusal? {
    let number = simulation.instances[index].device
    let isHeap = simulation.model.devices[number].isHeap
    if isHeap, let area = device.cmaArea ?? memory.machine.defaultCMAArea {
      return requestFromHeap(buffer, area, device.owner, index)
    }
    let outcome = memory.dmaAllocate(buffer.size, for: device, mayWait: !buffer.isAtomic)
    background.follow(&memory)
    result.devices[number].busyRetries += outcome.cma?.busyRetries ?? 0
    switch outcome.result {
    case .success(let got):
      held[index].append(.dma(got))
      noteReach(got, buffer, number)
      result.devices[number].migrated[outcome.pagesMigrated, default: 0] += 1
      return nil
    case .failure(let failure): return Refusal(cause: failure, cma: outcome.cma)
    }
  }

  /// The CMA heap of dma-buf asks its area without a fallback (`drivers/dma-buf/heaps/cma_heap.c`).
  private mutating func requestFromHeap(
    _ buffer: Buffer,
    _ area: CMAAreaID,
    _ owner: OwnerID,
    _ index: Int
  ) -> Refusal? {
    let pageSize = memory.machine.pageSize
    let pages = pageSize.pages(holding: buffer.size)
    let order = min(pageSize.order(holding: buffer.size), memory.machine.cmaAlignmentOrder)
    let outcome = memory.allocateCMA(area, pages: pages, alignmentOrder: order, owner: owner)
    background.follow(&memory)
    switch outcome.result {
    case .success(let first):
      held[index].append(.heap(area, PageExtent(first: first, pages: pages)))
      let number = simulation.instances[index].device
      result.devices[number].migrated[outcome.pagesMigrated, default: 0] += 1
      return nil
    case .failure(let failure): return Refusal(cause: .cma(failure), cma: outcome)
    }
  }

  // MARK: Failures

  /// Notes a buffer that Linux believes to be in the device's reach, where policy knows better.
  private mutating func noteReach(_ got: DMABuffer, _ buffer: Buffer, _ number: Int) {
    let device = simulation.model.devices[number].device
    guard got.source != .iommu, result.devices[number].firstStray == nil else { return }
    let start = got.first.address(memory.machine.pageSize)
    let range = PhysicalRange(start: start, saturating: got.size)
    guard device.needsContiguousMemory, !device.reach.contains(range) else { return }
    result.devices[number].firstStray = DeviceCount.Stray(buffer: buffer.name, address: start)
  }

  private mutating func note(
    _ refusal: Refusal,
    _ buffer: Buffer,
    _ copy: UInt64,
    _ index: Int,
    _ time: UInt64
  ) {
    let instance = simulation.instances[index]
    result.devices[instance.device].refused += 1
    guard result.devices[instance.device].firstFailure == nil else { return }
    let region = simulation.model.region(simulation.model.devices[instance.device], buffer)
    var logged: Int?
    if case .failure(let failure)? = refusal.cma?.result { logged = failure.loggedError }
    var largest: ByteCount?
    var shares: [OwnerShare] = []
    switch region.flatMap({ simulation.model.place($0.name) }) {
    case .area(let area):
      largest = memory.machine.pageSize.bytes(of: memory.report(area).largestFree?.pages ?? 0)
      shares = memory.holders(of: area)
    case .coherent(let pool):
      largest = memory.machine.pageSize.bytes(of: memory.report(pool).largestFree?.pages ?? 0)
      shares = memory.holders(of: pool)
    default: break
    }
    result.devices[instance.device].firstFailure = FirstFailure(
      seed: result.seed,
      time: TimeSpan(microseconds: time),
      stream: instance.stream.name,
      buffer: buffer.name,
      index: copy,
      size: buffer.size,
      pool: region?.name,
      cause: refusal.cause,
      errno: logged ?? refusal.cause.errno,
      largestFree: largest,
      holders: name(shares)
    )
  }

  /// Shares by name instead of owner number, the largest first.
  private func name(_ shares: [OwnerShare]) -> [FirstFailure.Holder] {
    var pages: [String: UInt64] = [:]
    for share in shares { pages[name(share), default: 0] += share.pages }
    return pages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { FirstFailure.Holder(owner: $0.key, size: memory.machine.pageSize.bytes(of: $0.value)) }
  }

  private func name(_ share: OwnerShare) -> String {
    let devices = simulation.model.devices
    let number = Int(share.owner.rawValue)
    if share.owner == .kernel { return "kernel" }
    if number >= 1, number <= devices.count { return devices[number - 1].device.name }
    switch share.use {
    case .fileClean: return "page cache"
    case .fileDirty: return "dirty page cache"
    case .anonymous, .transparentHuge, .tmpfs, .mlocked: return "anonymous memory"
    case .unmovable, .reclaimableSlab, .dma: return "kernel"
    }
  }
}
