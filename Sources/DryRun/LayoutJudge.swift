import Layout
import PageAllocator
import PhysicalMemory

/// Judges the devices of one layout, workload by workload.
struct LayoutJudge {
  private let model: MachineModel
  private let options: DryRun.Options
  private let afterRun: DryRun.AfterRun
  private var used: Set<Int> = []
  /// The machine as it starts, by the room that it has to swap.
  private var booted: [UInt64: Result<BootedMachine, MachineError>] = [:]

  init(_ model: MachineModel, _ options: DryRun.Options, _ afterRun: @escaping DryRun.AfterRun) {
    self.model = model
    self.options = options
    self.afterRun = afterRun
  }

  // MARK: A workload

  /// The verdicts of a workload on the devices that it uses.
  mutating func judge(_ workload: Workload) async -> [DryRun.Verdict] {
    let operations = await judgeOperations(workload)
    guard !workload.streams.isEmpty else { return operations }
    return operations + (await judgeStreams(workload))
  }

  private mutating func judgeOperations(_ workload: Workload) async -> [DryRun.Verdict] {
    guard !workload.operations.isEmpty, model.machine.memory.size > .zero else { return [] }
    if let index = model.devices.firstIndex(where: { $0.device.name == workload.device }) {
      used.insert(index)
    }
    let verdict = await OperationsJudge(model, workload, options, afterRun).verdict()
    return verdict.map { [$0] } ?? []
  }

  private mutating func judgeStreams(_ workload: Workload) async -> [DryRun.Verdict] {
    let instances = StreamInstance.all(workload, model)
    let devices = Set(instances.map(\.device)).sorted()
    used.formUnion(devices)
    guard model.machine.memory.size > .zero else {
      return devices.flatMap { unjudged($0, workload.name, .noMemory) }
    }
    guard !devices.isEmpty else { return [] }
    switch boot(workload) {
    case .success(let booted):
      let simulation = Simulation(model, booted, workload)
      return await WorkloadJudge(simulation, options, afterRun).verdicts()
    case .failure(let error):
      return devices.flatMap { device in
        let own = instances.filter { $0.device == device }
        return refused(device, workload, own.flatMap { BufferNeed.all($0, model) }, error)
      }
    }
  }

  /// The machine, booted when it is first needed.
  private mutating func boot(_ workload: Workload) -> Result<BootedMachine, MachineError> {
    let pages = model.swapPages(workload)
    if let known = booted[pages] { return known }
    let result: Result<BootedMachine, MachineError>
    do throws(MachineError) {
      result = .success(try model.boot(workload))
    } catch {
      result = .failure(error)
    }
    booted[pages] = result
    return result
  }

  /// The verdicts on a machine that can not be modelled.
  private func refused(
    _ device: Int,
    _ workload: Workload,
    _ needs: [BufferNeed],
    _ error: MachineError
  ) -> [DryRun.Verdict] {
    let context = DeviceContext(
      model: model,
      device: device,
      workload: workload.name,
      needs: needs,
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
