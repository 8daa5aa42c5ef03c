import Layout

/// Judges the devices of one workload on a machine that boots.
struct WorkloadJudge {
  private let simulation: Simulation
  private let options: DryRun.Options
  private let afterRun: DryRun.AfterRun
  /// For each stream its buffers.
  private let needs: [[BufferNeed]]

  init(_ simulation: Simulation, _ options: DryRun.Options, _ afterRun: @escaping DryRun.AfterRun) {
    self.simulation = simulation
    self.options = options
    self.afterRun = afterRun
    needs = simulation.instances.map { BufferNeed.all($0, simulation.model) }
  }

  /// The verdicts in the order of the devices.
  func verdicts() async -> [DryRun.Verdict] {
    let model = simulation.model
    let atomicPages = simulation.booted.atomicPages
    let subjects = Set(simulation.instances.map(\.device)).sorted()
    let asking = subjects.filter { !model.devices[$0].needsNothing }
    let proof = CountProof(simulation: simulation, needs: needs, atomicPages: atomicPages)
    let proofs = asking.reduce(into: [Int: Finding]()) { $0[$1] = proof.judge($1) }
    let tally = await tally(asking, proofs)
    var size = SizeJudgement(simulation)
    var verdicts: [DryRun.Verdict] = []
    for device in subjects {
      let own = needs(of: device)
      let context = DeviceContext(
        model: model,
        device: device,
        workload: simulation.workload.name,
        needs: own,
        tally: tally,
        target: options.successTarget
      )
      verdicts += context.verdicts(
        size: size.judge(model.devices[device], own),
        count: proofs[device],
        sizing: PoolSizing(simulation: simulation, needs: needs, atomicPages: atomicPages),
        firstSeed: options.firstSeed
      )
    }
    return verdicts
  }

  /// What the runs counted; nil where no device needs any.
  private func tally(_ asking: [Int], _ proofs: [Int: Finding]) async -> Tally? {
    guard !asking.isEmpty else { return nil }
    let open = asking.filter { proofs[$0] == nil }
    return await SeedRunner(simulation, options, afterRun).run(until: open)
  }

  private func needs(of device: Int) -> [BufferNeed] {
    simulation.instances.indices.filter { simulation.instances[$0].device == device }
      .flatMap { needs[$0] }
  }
}
