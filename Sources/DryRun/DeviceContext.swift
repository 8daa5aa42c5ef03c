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
    let unknown = Finding(.unknown, .noWorkload)
    let namer = SizeNamer(sizing: sizing, model: model, firstSeed: firstSeed)
    var verdicts = [
      proof(.reach, addresses.reach()),
      proof(.alignment, addresses.alignment()),
      proof(.boundary, addresses.boundary()),
      proof(.size, namer.named(size ?? unknown)),
    ]
    if let count {
      verdicts.append(proof(.count, namer.named(count), withRuns: true))
    } else if let tally {
      verdicts.append(counted(tally, namer))
    } else {
      verdicts.append(proof(.count, unknown))
    }
    return verdicts
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
      reason: .counted(shortfall),
      measured: measurements(tally)
    )
  }

  private func measurements(_ tally: Tally) -> DryRun.Measurements {
    let count = tally.devices[device]
    let names = Set(needs.compactMap { $0.region?.name })
    var pools: [DryRun.PoolUse] = []
    for (region, peak) in zip(model.layout.regions, tally.peaks) where names.contains(region.name) {
      guard let peak else { continue }
      let bytes = model.machine.pageSize.bytes(of: peak)
      pools.append(
        DryRun.PoolUse(pool: region.name, peak: bytes, idle: region.range.size - bytes)
      )
    }
    return DryRun.Measurements(
      requests: count.requests,
      refused: count.refused,
      refusedOptional: count.refusedOptional,
      migratedMedian: count.migratedPages(percent: 50),
      migrated99: count.migratedPages(percent: 99),
      migratedMost: count.migratedPages(percent: 100),
      pools: pools,
      system: DryRun.SystemSide(
        reclaimedPages: tally.reclaimedPages,
        refusedAllocations: tally.refusedAllocations,
        outOfMemoryKills: tally.kills
      )
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
      neededPoolSize: size(need.region?.name)
    )
  }

  private func size(_ pool: String?) -> ByteCount? {
    let region = pool.flatMap { model.layout.region(named: $0) }
    if region?.kind == .restricted { return nil }
    return sizing?.neededSize(region, firstSeed: firstSeed)
  }
}
