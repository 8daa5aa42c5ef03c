import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// Opening and closing streams.
extension SeedRun {
  /// Allocates the buffers in their order; without one that it needs, the driver gives all back.
  ///
  /// While another stream of its group is open, the driver says `-EBUSY` at once.
  mutating func open(_ index: Int, _ time: UInt64) {
    close(index, time)
    if let group = simulation.groups[index] {
      let others = simulation.groups.indices
      if others.contains(where: { simulation.groups[$0] == group && isOpen[$0] }) {
        result.devices[simulation.instances[index].device].skipped += 1
        return
      }
    }
    if let buffers = allocateAll(index, time) {
      held[index] = buffers
      isOpen[index] = true
    }
  }

  /// Gives the buffers back in the stream's order, but for those that leak.
  mutating func close(_ index: Int, _ time: UInt64) {
    isOpen[index] = false
    guard !held[index].isEmpty else { return }
    var buffers = held[index]
    held[index] = []
    giveBack(&buffers, of: simulation.instances[index].stream, time)
  }

  private mutating func giveBack(
    _ buffers: inout [HeldBuffer],
    of stream: Stream,
    _ time: UInt64
  ) {
    if stream.buffers.contains(where: { $0.leaks > 0 }), leaked < Self.maximumHeld {
      var leaks = stream.buffers.map(\.leaks)
      buffers.removeAll { buffer in
        guard leaks[buffer.number] > 0 else { return false }
        leaks[buffer.number] -= 1
        leaked += 1
        return true
      }
    }
    switch stream.release {
    case .order: break
    case .reverse: buffers.reverse()
    case .random:
      for index in buffers.indices.reversed() {
        buffers.swapAt(index, Int(numbers.below(UInt64(index) + 1)))
      }
    }
    for buffer in buffers { free(buffer, time) }
  }

  /// All buffers anew: the old ones are given back before, or only afterwards.
  ///
  /// A driver that can not have both keeps the old ones.
  mutating func changeMode(_ index: Int, _ time: UInt64) {
    guard isOpen[index] else { return }
    let stream = simulation.instances[index].stream
    guard stream.modeChange?.keepsOld == true else {
      close(index, time)
      if let buffers = allocateAll(index, time) {
        held[index] = buffers
        isOpen[index] = true
      }
      return
    }
    guard let buffers = allocateAll(index, time) else { return }
    var old = held[index]
    held[index] = buffers
    giveBack(&old, of: stream, time)
  }

  /// The buffers of one opening, or nil when one that the driver needs could not be had.
  private mutating func allocateAll(_ index: Int, _ time: UInt64) -> [HeldBuffer]? {
    let instance = simulation.instances[index]
    var got: [HeldBuffer] = []
    for (number, buffer) in instance.stream.buffers.enumerated() {
      guard let device = simulation.asking[index][number] else {
        giveUp(got, time)
        return nil
      }
      var copy: UInt64 = 0
      copies: while copy < buffer.count, got.count < Self.maximumHeld {
        result.devices[instance.device].requests += 1
        switch request(buffer, number, copy, device, index) {
        case .success(let memory):
          got.append(memory)
          take(memory, time)
          report(memory, buffer, index, time)
        case .failure(let refusal):
          if buffer.isOptional {
            result.devices[instance.device].refusedOptional += 1
            break copies
          }
          note(refusal, buffer, copy, index, time)
          giveUp(got, time)
          return nil
        }
        copy += 1
      }
    }
    return got
  }

  /// The error path of a driver: the last buffer first.
  private mutating func giveUp(_ buffers: [HeldBuffer], _ time: UInt64) {
    for buffer in buffers.reversed() { free(buffer, time) }
  }

  /// Where a buffer is counted; nil for one of the page allocator.
  private func usageIndex(of buffer: HeldBuffer) -> Int? {
    guard let source = buffer.source else { return usage.count - 1 }
    return simulation.regions.region(of: source)
  }

  private mutating func take(_ buffer: HeldBuffer, _ time: UInt64) {
    if let region = usageIndex(of: buffer) {
      usage[region].change(by: Int64(buffer.pages), at: time)
    }
  }

  private mutating func free(_ buffer: HeldBuffer, _ time: UInt64) {
    if let region = usageIndex(of: buffer) {
      usage[region].change(by: -Int64(buffer.pages), at: time)
    }
    buffer.free(&memory, &regions)
  }

  // MARK: Requests

  /// Why a buffer could not be had.
  struct Refusal: Error {
    let cause: DMAFailure
    let cma: CMAOutcome?
  }

  private mutating func request(
    _ buffer: Buffer,
    _ number: Int,
    _ copy: UInt64,
    _ device: DMADevice,
    _ index: Int
  ) -> Result<HeldBuffer, Refusal> {
    let subject = simulation.instances[index].device
    if let setup = simulation.strategy, regions != nil,
      !simulation.model.devices[subject].needsNothing
    {
      return requestFromSystem(buffer, number, copy, device, index, setup)
    }
    if simulation.model.devices[subject].isHeap,
      let area = device.cmaArea ?? memory.machine.defaultCMAArea
    {
      return requestFromHeap(buffer, number, area, device.owner, subject)
    }
    let outcome = memory.dmaAllocate(buffer.size, for: device, mayWait: !buffer.isAtomic)
    background.follow(&memory)
    result.devices[subject].busyRetries += outcome.cma?.busyRetries ?? 0
    switch outcome.result {
    case .success(let got):
      if got.source != .iommu { noteReach(got.first, buffer, subject) }
      result.devices[subject].migrated[outcome.pagesMigrated, default: 0] += 1
      return .success(HeldBuffer(number: number, memory: .dma(got)))
    case .failure(let failure): return .failure(Refusal(cause: failure, cma: outcome.cma))
    }
  }

  /// The CMA heap of dma-buf asks its area without a fallback (`drivers/dma-buf/heaps/cma_heap.c`).
  private mutating func requestFromHeap(
    _ buffer: Buffer,
    _ number: Int,
    _ area: CMAAreaID,
    _ owner: OwnerID,
    _ subject: Int
  ) -> Result<HeldBuffer, Refusal> {
    let pageSize = memory.machine.pageSize
    let pages = pageSize.pages(holding: buffer.size)
    let order = min(pageSize.order(holding: buffer.size), memory.machine.cmaAlignmentOrder)
    let outcome = memory.allocateCMA(area, pages: pages, alignmentOrder: order, owner: owner)
    background.follow(&memory)
    result.devices[subject].busyRetries += outcome.busyRetries
    switch outcome.result {
    case .success(let first):
      result.devices[subject].migrated[outcome.pagesMigrated, default: 0] += 1
      let extent = PageExtent(first: first, pages: pages)
      return .success(HeldBuffer(number: number, memory: .heap(area, extent)))
    case .failure(let failure): return .failure(Refusal(cause: .cma(failure), cma: outcome))
    }
  }

  /// Another system than today's `dma_alloc` answers.
  private mutating func requestFromSystem(
    _ buffer: Buffer,
    _ number: Int,
    _ copy: UInt64,
    _ device: DMADevice,
    _ index: Int,
    _ setup: StrategySetup
  ) -> Result<HeldBuffer, Refusal> {
    let subject = simulation.instances[index].device
    let name = simulation.model.devices[subject].device.name
    let request = ContiguousRequest(
      device: device,
      deviceName: name,
      regions: setup.regions(index, name, number, copy),
      size: buffer.size,
      alignment: buffer.alignment,
      mayWait: !buffer.isAtomic
    )
    guard let outcome = regions?.allocate(request, &memory) else {
      return .failure(Refusal(cause: .outOfMemory, cma: nil))
    }
    background.follow(&memory)
    switch outcome.result {
    case .success(let got):
      noteReach(got.first, buffer, subject)
      result.devices[subject].migrated[outcome.pagesMigrated, default: 0] += 1
      return .success(HeldBuffer(number: number, memory: .system(got)))
    case .failure(.dma(let failure)):
      return .failure(Refusal(cause: failure, cma: nil))
    case .failure(.busy): return .failure(Refusal(cause: .cma(.busy), cma: nil))
    case .failure: return .failure(Refusal(cause: .outOfMemory, cma: nil))
    }
  }

  /// Notes a buffer that Linux believes to be in the device's reach, where policy knows better.
  private mutating func noteReach(_ first: PageFrameNumber, _ buffer: Buffer, _ number: Int) {
    let device = simulation.model.devices[number].device
    guard result.devices[number].firstStray == nil else { return }
    let start = first.address(memory.machine.pageSize)
    let range = PhysicalRange(start: start, saturating: buffer.size)
    guard device.needsContiguousMemory, !device.reach.contains(range) else { return }
    result.devices[number].firstStray = DeviceCount.Stray(buffer: buffer.name, address: start)
  }
}
