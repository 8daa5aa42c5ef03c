import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// What a run notes of a request that failed.
extension SeedRun {
  mutating func note(
    _ refusal: Refusal,
    _ buffer: Buffer,
    _ copy: UInt64,
    _ index: Int,
    _ time: UInt64
  ) {
    let instance = simulation.instances[index]
    result.devices[instance.device].refused += 1
    let isFirst = result.devices[instance.device].firstFailure == nil
    guard isFirst || trace != nil else { return }
    let failure = failure(refusal, buffer, copy, index, time)
    if isFirst { result.devices[instance.device].firstFailure = failure }
    report(failure, instance, time)
  }

  private func failure(
    _ refusal: Refusal,
    _ buffer: Buffer,
    _ copy: UInt64,
    _ index: Int,
    _ time: UInt64
  ) -> FirstFailure {
    let instance = simulation.instances[index]
    let region = simulation.model.region(simulation.model.devices[instance.device], buffer)
    var logged: Int?
    if case .failure(let failure)? = refusal.cma?.result { logged = failure.loggedError }
    var largest: ByteCount?
    var shares: [OwnerShare] = []
    switch region.flatMap({ simulation.model.place($0.name) }) {
    case .area(let area):
      largest = memory.machine.pageSize.bytes(
        of: memory.report(area).largestFree?.pages ?? 0
      )
      shares = memory.holders(of: area)
    case .coherent(let pool):
      largest = memory.machine.pageSize.bytes(
        of: memory.report(pool).largestFree?.pages ?? 0
      )
      shares = memory.holders(of: pool)
    default: break
    }
    return FirstFailure(
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
      .map {
        FirstFailure.Holder(owner: $0.key, size: memory.machine.pageSize.bytes(of: $0.value))
      }
  }

  private func name(_ share: OwnerShare) -> String {
    let devices = simulation.model.devices
    let number = Int(share.owner.rawValue)
    if share.owner == .kernel { return "kernel" }
    if number >= 1, number <= devices.count { return devices[number - 1].device.name }
    switch share.use {
    case .fileClean: return "page cache"
    case .fileDirty: return "dirty page cache"
    case .anonymous, .transparentHuge: return "anonymous memory"
    case .tmpfs: return "shared memory"
    case .mlocked: return "locked memory"
    case .unmovable, .reclaimableSlab, .dma: return "kernel"
    }
  }
}
