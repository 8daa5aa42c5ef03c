import Layout
import PageAllocator
import PhysicalMemory

/// Judges the devices of one layout, workload by workload.
struct LayoutJudge {
  private let model: MachineModel
  private let options: DryRun.Options
  private var used: Set<Int> = []

  init(_ model: MachineModel, _ options: DryRun.Options) {
    self.model = model
    self.options = options
  }

  // MARK: A workload

  /// The verdicts of a workload on the devices that it uses.
  mutating func judge(_ workload: Workload) async -> [DryRun.Verdict] {
    let simulation = Simulation(model, workload)
    let devices = Set(simulation.instances.map(\.device)).sorted()
    used.formUnion(devices)
    guard model.machine.memory.size > .zero else {
      return devices.flatMap { unjudged($0, workload.name, .noMemory) }
    }
    var size: [Int: Finding] = [:]
    let needs = simulation.instances.map { BufferNeed.all($0, model) }
    let own = Dictionary(grouping: simulation.instances.indices) { simulation.instances[$0].device }
    var atomicPages: UInt64 = 0
    do {
      var judge = try SizeJudgement(model)
      atomicPages = judge.atomicPages
      for device in devices {
        size[device] = judge.judge(model.devices[device], (own[device] ?? []).flatMap { needs[$0] })
      }
    } catch {
      return devices.flatMap { refused($0, workload, needs, own[$0] ?? [], error) }
    }
    let proof = CountProof(simulation: simulation, needs: needs, atomicPages: atomicPages)
    let proofs = devices.map { model.devices[$0].needsNothing ? nil : proof.judge($0) }
    let sizing = PoolSizing(simulation: simulation, needs: needs, atomicPages: atomicPages)
    let open = zip(devices, proofs).filter { !model.devices[$0.0].needsNothing && $0.1 == nil }
    let needsRuns = devices.contains { !model.devices[$0].needsNothing }
    let runner = SeedRunner(simulation, options)
    let tally = needsRuns ? await runner.run(until: open.map(\.0)) : nil
    var verdicts: [DryRun.Verdict] = []
    for (device, count) in zip(devices, proofs) {
      let context = DeviceContext(
        model: model,
        device: device,
        workload: workload.name,
        needs: (own[device] ?? []).flatMap { needs[$0] },
        tally: tally,
        target: options.successTarget
      )
      verdicts += context.verdicts(
        size: size[device],
        count: count,
        sizing: sizing,
        firstSeed: options.firstSeed
      )
    }
    return verdicts
  }

  /// The verdicts on a machine that can not be modelled.
  private func refused(
    _ device: Int,
    _ workload: Workload,
    _ needs: [[BufferNeed]],
    _ own: [Int],
    _ error: MachineError
  ) -> [DryRun.Verdict] {
    let context = DeviceContext(
      model: model,
      device: device,
      workload: workload.name,
      needs: own.flatMap { needs[$0] },
      tally: nil,
      target: options.successTarget
    )
    let finding = Finding(.notMet, .machine(error))
    return context.verdicts(size: finding, count: finding, sizing: nil, firstSeed: 0)
  }

  // MARK: Without a workload

  /// The verdicts on devices that no workload has used so far.
  func judgeUnused() -> [DryRun.Verdict] {
    model.devices.indices.filter { !used.contains($0) }.flatMap { device in
      guard model.machine.memory.size > .zero else { return unjudged(device, nil, .noMemory) }
      let context = DeviceContext(
        model: model,
        device: device,
        workload: nil,
        needs: [],
        tally: nil,
        target: options.successTarget
      )
      return context.verdicts(size: nil, count: nil, sizing: nil, firstSeed: 0)
    }
  }

  private func unjudged(_ device: Int, _ workload: String?, _ reason: Reason) -> [DryRun.Verdict] {
    let context = DeviceContext(
      model: model,
      device: device,
      workload: workload,
      needs: [],
      tally: nil,
      target: options.successTarget
    )
    return Constraint.allCases.map { context.proof($0, Finding(.unknown, reason)) }
  }
}
