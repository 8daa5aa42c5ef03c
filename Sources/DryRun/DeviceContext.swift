import Layout
import PageAllocator
import PhysicalMemory
import Policy

extension DeviceModel {
  /// Whether contiguity, and with it every constraint, is no matter for the device.
  var needsNothing: Bool { !device.needsContiguousMemory }
}

/// One device under one workload, with everything its verdicts are made from.
struct DeviceContext {
  let model: MachineModel
  let device: Int
  let workload: String?
  let needs: [BufferNeed]
  let tally: Tally?
  let target: Proportion

  private var subject: DeviceModel { model.devices[device] }

  /// The verdicts on all constraints.
  func verdicts(size: Finding?, count: Finding?, sizing: PoolSizing?, firstSeed: UInt64)
    -> [DryRun.Verdict]
  {
    guard !subject.needsNothing else {
      return Constraint.allCases.map { proof($0, Finding(.notNeeded, .contiguityNotNeeded)) }
    }
    let addresses = AddressJudgement(model: model, device: subject, needs: needs)
    let unknown = Finding(.unknown, workload == nil ? .noWorkload : .notRun)
    let namer = SizeNamer(sizing: sizing, model: model, firstSeed: firstSeed)
    var verdicts = [reach(addresses)]
    let obstacle = obstacle
    verdicts.append(proof(.alignment, unless(obstacle, addresses.alignment())))
    verdicts.append(proof(.boundary, unless(obstacle, addresses.boundary())))
    verdicts.append(proof(.size, namer.named(size ?? unknown)))
    if let count {
      verdicts.append(proof(.count, namer.named(count), withRuns: true))
    } else if let tally, tally.devices[device].wasNeverOpened {
      verdicts.append(proof(.count, Finding(.unknown, .neverOpened)))
    } else if let tally {
      verdicts.append(counted(tally, namer))
    } else {
      verdicts.append(proof(.count, unknown))
    }
    return verdicts
  }

  /// Why the device can not ask for some buffer at all.
  private var obstacle: Reason? {
    let buffers: [Buffer?] = needs.isEmpty ? [nil] : needs.map(\.buffer)
    for buffer in buffers {
      if case .failure(let obstacle) = model.asking(subject, buffer) { return obstacle.reason }
    }
    return nil
  }

  /// What can not be said of buffers that there never are.
  private func unless(_ obstacle: Reason?, _ finding: Finding) -> Finding {
    guard let obstacle, finding.verdict != .notNeeded else { return finding }
    return Finding(.unknown, obstacle)
  }

  /// The argument about reach, or what a run saw against it: where an area has no room, Linux falls
  /// back to pages that only it believes to be in reach.
  private func reach(_ addresses: AddressJudgement) -> DryRun.Verdict {
    let finding = unless(obstacle, addresses.reach())
    guard finding.verdict == .met, let tally, let stray = tally.devices[device].firstStray else {
      return proof(.reach, finding)
    }
    let failures = tally.strays[device]
    let success = SuccessRate(successes: tally.seeds - failures, runs: tally.seeds)
    return DryRun.Verdict(
      variant: model.layout.variant,
      workload: workload,
      device: subject.device.name,
      constraint: .reach,
      verdict: failures == tally.seeds ? .notMet : .atRisk,
      basis: .seeds,
      sure: success.isClear(of: target),
      seeds: tally.seeds,
      failures: failures,
      success: success,
      firstFailure: nil,
      timeToFailure: nil,
      reason: .strayed(buffer: stray.buffer, address: stray.address),
      measured: nil
    )
  }

  /// A verdict by argument.
  func proof(_ constraint: Constraint, _ finding: Finding, withRuns: Bool = false) -> DryRun.Verdict
  {
    let tally = withRuns ? tally : nil
    return DryRun.Verdict(
      variant: model.layout.variant,
      workload: workload,
      device: subject.device.name,
      constraint: constraint,
      verdict: finding.verdict,
      basis: .proof,
      sure: finding.verdict != .unknown,
      seeds: tally?.seeds ?? 0,
      failures: tally?.failures[device] ?? 0,
      success: tally?.success(device),
      firstFailure: tally?.devices[device].firstFailure,
      timeToFailure: tally?.timeToFailure(device),
      reason: finding.reason,
      measured: tally.map(measurements)
    )
  }

  /// The verdict of the runs.
  private func counted(_ tally: Tally, _ namer: SizeNamer) -> DryRun.Verdict {
    let failures = tally.failures[device]
    let verdict: Judgement =
      failures == 0 ? .met : (failures == tally.seeds ? .notMet : .atRisk)
    let first = tally.devices[device].firstFailure
    let shortfall = first.flatMap { failure in
      let need = needs.first { $0.buffer.name == failure.buffer && $0.buffer.size == failure.size }
      return need.map { namer.shortfall($0, needs) }
    }
    return DryRun.Verdict(
      variant: model.layout.variant,
      workload: workload,
      device: subject.device.name,
      constraint: .count,
      verdict: verdict,
      basis: .seeds,
      sure: tally.success(device).isClear(of: target),
      seeds: tally.seeds,
      failures: failures,
      success: tally.success(device),
      firstFailure: first,
      timeToFailure: tally.timeToFailure(device),
      reason: .counted(shortfall),
      measured: measurements(tally)
    )
  }

  private func measurements(_ tally: Tally) -> DryRun.Measurements {
    let count = tally.devices[device]
    let names = Set(needs.compactMap { $0.region?.name })
    var pools: [DryRun.PoolUse] = []
    for (index, region) in model.layout.regions.enumerated() where names.contains(region.name) {
      guard let peak = tally.peaks[index] else { continue }
      let size = model.machine.pageSize
      let mean = min(size.bytes(of: tally.meanUsed[index] / tally.seeds), region.range.size)
      pools.append(
        DryRun.PoolUse(
          pool: region.name,
          peak: size.bytes(of: peak),
          idle: region.range.size - size.bytes(of: peak),
          meanUsed: mean,
          meanIdle: region.range.size - mean,
          isLent: region.kind == .cma
        )
      )
    }
    return DryRun.Measurements(
      requests: count.requests,
      refused: count.refused,
      refusedOptional: count.refusedOptional,
      skipped: count.skipped,
      busyRetries: count.busyRetries,
      migratedMedian: count.migratedPages(percent: 50),
      migrated99: count.migratedPages(percent: 99),
      migratedMost: count.migratedPages(percent: 100),
      pools: pools,
      system: tally.system
    )
  }
}

extension Tally {
  /// What happened to the rest of the system.
  var system: DryRun.SystemSide {
    DryRun.SystemSide(
      reclaimedPages: reclaimedPages,
      swappedPages: load.swappedOut,
      refusedAllocations: load.refused,
      refusedUnmovable: load.refusedUnmovable,
      outOfMemoryKills: load.kills,
      refusedPins: load.refusedPins,
      pageEvents: load.pageEvents
    )
  }

  /// When runs of a device failed first; nil where none did.
  func timeToFailure(_ device: Int) -> DryRun.TimeToFailure? {
    let times = failureTimes[device].sorted()
    guard let earliest = times.first else { return nil }
    let half = Int((seeds + 1) / 2)
    return DryRun.TimeToFailure(
      earliest: TimeSpan(microseconds: earliest),
      median: times.count >= half ? TimeSpan(microseconds: times[half - 1]) : nil
    )
  }
}

/// Names the size that a pool would have to have.
struct SizeNamer {
  let sizing: PoolSizing?
  let model: MachineModel
  let firstSeed: UInt64

  /// The finding, with the needed size where a pool is too small.
  func named(_ finding: Finding) -> Finding {
    switch finding.reason {
    case .overCapacity(var shortfall):
      shortfall.neededPoolSize = size(shortfall.pool)
      return Finding(finding.verdict, .overCapacity(shortfall))
    case .tooLarge(var shortfall, let failure):
      shortfall.neededPoolSize = size(shortfall.pool)
      return Finding(finding.verdict, .tooLarge(shortfall, failure))
    default: return finding
    }
  }

  /// The facts about a buffer that a run could not give.
  func shortfall(_ need: BufferNeed, _ all: [BufferNeed]) -> Reason.Shortfall {
    let page = model.machine.pageSize
    let same = all.filter { $0.region == need.region }
    return Reason.Shortfall(
      buffer: need.buffer.name,
      size: need.buffer.size,
      count: need.buffer.count,
      pool: need.region?.name,
      needed: same.reduce(.zero) { $0 + page.bytes(of: $1.pages) * $1.buffer.count },
      capacity: need.region?.range.size ?? page.bytes(of: model.machine.maxOrder.pages),
      poolSize: need.region?.range.size ?? .zero,
      neededPoolSize: size(need.region?.name)
    )
  }

  private func size(_ pool: String?) -> ByteCount? {
    let region = pool.flatMap { model.layout.region(named: $0) }
    if region?.kind == .restricted { return nil }
    return sizing?.neededSize(region, firstSeed: firstSeed)
  }
}
