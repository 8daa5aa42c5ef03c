import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// Arguments about all buffers of a workload together that hold in every run.
struct CountProof {
  let simulation: Simulation
  let needs: [[BufferNeed]]
  let atomicPages: UInt64

  /// Buffers that are placed one by one at most.
  private static let maximumPlaced: UInt64 = 4096

  private var model: MachineModel { simulation.model }

  /// What is sure about a device, by its position in the layout; nil where runs must tell.
  func judge(_ device: Int) -> Finding? {
    let own = simulation.instances.indices.filter { simulation.instances[$0].device == device }
    for index in own {
      for need in needs[index] {
        if case .failure(let obstacle) = model.asking(model.devices[device], need.buffer) {
          return Finding(.notMet, obstacle.reason)
        }
      }
    }
    if let shortfall = overCapacity(own) { return Finding(.notMet, .overCapacity(shortfall)) }
    return alwaysFits(own) ? Finding(.met, .fits) : nil
  }

  // MARK: Too much

  /// What the device's own streams hold at once for sure, where that is more than the pool has.
  ///
  /// Streams that never close are open together in the end. Any other that is sure to open after
  /// them comes on top. If one of them fails, the device has failed all the same.
  private func overCapacity(_ own: [Int]) -> Reason.Shortfall? {
    let permanent = own.filter { isPermanent(simulation.instances[$0].stream) }
    let latest = permanent.map { latestOpening(simulation.instances[$0].stream) }.max() ?? 0
    var groups = [permanent]
    for index in own where !permanent.contains(index) {
      let isAfter = opens(simulation.instances[index], after: latest)
      groups.append(isAfter ? permanent + [index] : [index])
    }
    for group in groups {
      let buffers = group.flatMap { needs[$0] }.filter { $0.isBound && !$0.buffer.isOptional }
      for region in regions(buffers) {
        if let shortfall = overCapacity(region, buffers.filter { $0.region == region }) {
          return shortfall
        }
      }
    }
    return nil
  }

  private func overCapacity(_ region: LayoutRegion, _ needs: [BufferNeed]) -> Reason.Shortfall? {
    let size = model.machine.pageSize
    let pages = needs.reduce(.zero) { $0 + size.bytes(of: $1.pages) * $1.buffer.count }
    let atomic = region.isDefault && region.kind == .cma ? atomicPages : 0
    let capacity =
      size.bytes(of: region.range.size.rawValue >> UInt64(size.shift)) - size.bytes(of: atomic)
    guard pages > capacity else { return nil }
    let largest = needs.max {
      ($0.buffer.size * $0.buffer.count) < ($1.buffer.size * $1.buffer.count)
    }
    guard let largest else { return nil }
    return Reason.Shortfall(
      buffer: largest.buffer.name,
      size: largest.buffer.size,
      count: largest.buffer.count,
      pool: region.name,
      needed: pages,
      capacity: capacity,
      poolSize: region.range.size,
      neededPoolSize: nil
    )
  }

  private func regions(_ needs: [BufferNeed]) -> [LayoutRegion] {
    var regions: [LayoutRegion] = []
    for need in needs {
      if let region = need.region, !regions.contains(region) { regions.append(region) }
    }
    return regions
  }

  private func isPermanent(_ stream: Stream) -> Bool {
    stream.every == nil && stream.holds == nil && hasFixedTimes(stream)
      && stream.start.microseconds < simulation.workload.lasts.microseconds
  }

  /// Whether it opens when its start and period say, whatever else happens.
  private func hasFixedTimes(_ stream: Stream) -> Bool {
    guard stream.during.isEmpty, stream.starts.count <= 1, stream.group == nil else { return false }
    guard case .fixed? = stream.every else { return stream.every == nil }
    return true
  }

  private func latestOpening(_ stream: Stream) -> UInt64 {
    (stream.start + TimeSpan(microseconds: EventStream.startJitter)).microseconds
  }

  /// Whether a stream has an opening after this time in every run.
  private func opens(_ instance: StreamInstance, after time: UInt64) -> Bool {
    let stream = instance.stream
    guard hasFixedTimes(stream), !mayBeCutAnywhere else { return false }
    guard case .fixed(let every)? = stream.every else {
      return stream.start.microseconds >= time
    }
    let lasts = simulation.workload.lasts.microseconds
    // The last opening lies within the last period, unless the run is cut short.
    let share = EventStream.maximumRequests / UInt64(simulation.instances.count)
    let period = max(every.microseconds, 1)
    let (requests, overflow) = instance.requests.multipliedReportingOverflow(
      by: min(lasts / period, 1 << 32) + 2
    )
    let isWhole = !overflow && requests <= share
    return isWhole && lasts > period && lasts - period > time
  }

  /// Whether a run may be cut short in a way that is not foreseen here.
  private var mayBeCutAnywhere: Bool {
    simulation.instances.contains { $0.stream.modeChange != nil }
      || simulation.workload.phases.count > 1
  }

  // MARK: Enough

  /// Whether everything the device asks for comes from coherent pools that are large enough however
  /// the requests are mixed.
  private func alwaysFits(_ own: [Int]) -> Bool {
    let buffers = own.flatMap { needs[$0] }
    guard !buffers.isEmpty else { return false }
    for need in buffers {
      guard case .coherent = need.place, need.region != nil else { return false }
    }
    // What leaks adds up without a limit that is known here.
    guard !buffers.contains(where: { $0.buffer.leaks > 0 }) else { return false }
    return regions(buffers).allSatisfy { region in
      let users = needs.indices.filter { index in
        needs[index].contains { $0.region?.name == region.name }
      }
      return fitsAlone(users, region) || fitsAnyhow(users, region)
    }
  }

  private func keepsOld(_ index: Int) -> Bool {
    simulation.instances[index].stream.modeChange?.keepsOld == true
  }

  /// One stream alone always meets an empty pool, so one placement stands for all.
  private func fitsAlone(_ users: [Int], _ region: LayoutRegion) -> Bool {
    guard users.count == 1, let user = users.first, !keepsOld(user),
      simulation.instances[user].requests <= Self.maximumPlaced
    else { return false }
    var pool = FirstFitPool(base: 0)
    let capacity = capacity(region)
    for need in needs[user] where need.region?.name == region.name {
      guard !need.buffer.isOptional, need.buffer.count <= capacity else { return false }
      for _ in 0..<need.buffer.count {
        let shift = UInt64(need.pages.trailingZeroBitCount)
        guard pool.allocate(pages: need.pages, alignmentShift: shift) != nil,
          pool.highWater <= capacity
        else { return false }
      }
    }
    return true
  }

  /// A request for 2^k pages fails only if each aligned block of 2^k pages has a page in use.
  ///
  /// A buffer in use spoils one block, or as many as it is large. So a pool with more blocks than all
  /// other buffers can spoil always has one left.
  private func fitsAnyhow(_ users: [Int], _ region: LayoutRegion) -> Bool {
    // A change of mode that keeps the old buffers holds everything twice.
    let all = users.flatMap { keepsOld($0) ? needs[$0] + needs[$0] : needs[$0] }
      .filter { $0.region?.name == region.name }
    let capacity = capacity(region)
    return all.allSatisfy { need in
      var spoiled: UInt64 = 0
      for other in all {
        let (product, overflow) = max(1, other.pages / need.pages)
          .multipliedReportingOverflow(by: other.buffer.count)
        let (sum, more) = spoiled.addingReportingOverflow(product)
        guard !overflow, !more else { return false }
        spoiled = sum
      }
      // The request itself is one of them.
      return spoiled <= capacity / need.pages
    }
  }

  private func capacity(_ region: LayoutRegion) -> UInt64 {
    region.range.size.rawValue >> UInt64(model.machine.pageSize.shift)
  }
}
