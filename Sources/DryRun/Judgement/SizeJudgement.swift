import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// Whether each buffer fits alone: asked of the engine itself, with nothing else allocated.
struct SizeJudgement: ~Copyable {
  private let model: MachineModel
  private var memory: PageAllocator
  /// Pages that the atomic pools hold in the default area.
  let atomicPages: UInt64

  init(_ model: MachineModel) throws(MachineError) {
    self.model = model
    let memory = try PageAllocator(model.machine)
    if let area = model.machine.defaultCMAArea {
      atomicPages = memory.report(area).usedPages
    } else {
      atomicPages = 0
    }
    self.memory = memory
  }

  /// The worst of a device's buffers.
  mutating func judge(_ device: DeviceModel, _ needs: [BufferNeed]) -> Finding {
    var worst = Finding(.met, .fits)
    for need in needs where !need.buffer.isOptional {
      worst = Finding.worse(worst, judge(device, need))
    }
    return worst
  }

  private mutating func judge(_ device: DeviceModel, _ need: BufferNeed) -> Finding {
    let asking: DMADevice
    switch model.asking(device, need.buffer) {
    case .success(let found): asking = found
    case .failure(let obstacle): return Finding(.notMet, obstacle.reason)
    }
    guard let failure = failure(device, need, asking) else { return Finding(.met, .fits) }
    let size = model.machine.pageSize
    let shortfall = Reason.Shortfall(
      buffer: need.buffer.name,
      size: need.buffer.size,
      count: 1,
      pool: need.region?.name,
      needed: size.bytes(of: need.pages),
      capacity: capacity(need),
      poolSize: need.region?.range.size ?? .zero,
      neededPoolSize: nil
    )
    return Finding(.notMet, .tooLarge(shortfall, failure))
  }

  private func capacity(_ need: BufferNeed) -> ByteCount {
    let size = model.machine.pageSize
    guard let region = need.region else { return size.bytes(of: model.machine.maxOrder.pages) }
    let taken = region.isDefault && region.kind == .cma ? size.bytes(of: atomicPages) : .zero
    return region.range.size - taken
  }

  private mutating func failure(_ device: DeviceModel, _ need: BufferNeed, _ asking: DMADevice)
    -> DMAFailure?
  {
    if device.isHeap, let area = asking.cmaArea ?? model.machine.defaultCMAArea {
      let cap = model.machine.cmaAlignmentOrder
      let order = min(model.machine.pageSize.order(holding: need.buffer.size), cap)
      let outcome = memory.allocateCMA(area, pages: need.pages, alignmentOrder: order)
      switch outcome.result {
      case .success(let first):
        memory.releaseCMA(area, first: first, pages: need.pages)
        return nil
      case .failure(let failure): return .cma(failure)
      }
    }
    switch memory.dmaAllocate(need.buffer.size, for: asking, mayWait: !need.buffer.isAtomic).result
    {
    case .success(let buffer):
      memory.dmaFree(buffer)
      return nil
    case .failure(let failure): return failure
    }
  }
}
