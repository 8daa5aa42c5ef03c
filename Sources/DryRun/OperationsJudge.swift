import Layout
import PageAllocator
public import PhysicalMemory
import Policy

/// Judges a workload that is a list of operations: each request over many runs.
struct OperationsJudge: Sendable {
  private let model: MachineModel
  private let machine: ReplayMachine
  private let workload: Workload
  private let options: DryRun.Options
  private let afterRun: DryRun.AfterRun
  private let device: DMADevice?

  /// What the verdict is called where the workload names no device.
  static let anyDevice = "(a 32-bit device)"

  init(
    _ model: MachineModel,
    _ workload: Workload,
    _ options: DryRun.Options,
    _ afterRun: @escaping DryRun.AfterRun
  ) {
    self.model = model
    self.workload = workload
    self.options = options
    self.afterRun = afterRun
    machine = ReplayMachine(model.layout)
    let subject = model.devices.first { $0.device.name == workload.device }
    device = subject.flatMap { try? model.asking($0, nil).get() }
  }

  /// What one run came to: for each request whether it was served; nil where the run did not get so
  /// far.
  private struct Answers: Sendable {
    let seed: UInt64
    var served: [Bool?]
  }

  /// The requests of the workload, by their position among its operations.
  private var requests: [(index: Int, id: String, size: ByteCount)] {
    workload.operations.enumerated().compactMap { index, operation in
      if case .allocate(let id, let size) = operation { (index, id, size) } else { nil }
    }
  }

  /// One verdict, with the rate of each request.
  func verdict() async -> DryRun.Verdict? {
    let requests = requests
    var answers: [Answers] = []
    for look in options.looks.prefix(options.untilSure ? options.looks.count : 1) {
      let count = min(look, SuccessRate.maximumRuns)
      guard count > answers.count else { continue }
      let more = await run(UInt64(answers.count)..<count)
      answers += more
      if options.isInterrupted() { break }
      guard !answers.isEmpty, !rate(answers).isClear(of: options.successTarget) else { break }
    }
    guard !answers.isEmpty else { return nil }
    let rates = requests.enumerated().compactMap { place, request -> DryRun.OperationRate? in
      let known = answers.compactMap { $0.served[place] }
      guard !known.isEmpty else { return nil }
      let successes = UInt64(known.count { $0 })
      return DryRun.OperationRate(
        index: request.index,
        id: request.id,
        size: request.size,
        success: SuccessRate(successes: successes, runs: UInt64(known.count))
      )
    }
    return verdict(answers, rates)
  }

  private func rate(_ answers: [Answers]) -> SuccessRate {
    let failures = answers.count { $0.served.contains { $0 != true } }
    return SuccessRate(successes: UInt64(answers.count - failures), runs: UInt64(answers.count))
  }

  private func verdict(_ answers: [Answers], _ rates: [DryRun.OperationRate]) -> DryRun.Verdict {
    let rate = rate(answers)
    let failures = rate.runs - rate.successes
    var verdict = DryRun.Verdict(
      variant: model.layout.variant,
      workload: workload.name,
      device: workload.device ?? Self.anyDevice,
      constraint: .count,
      verdict: failures == 0 ? .met : (failures == rate.runs ? .notMet : .atRisk),
      basis: .seeds,
      sure: rate.isClear(of: options.successTarget),
      seeds: rate.runs,
      failures: failures,
      success: rate,
      firstFailure: firstFailure(answers),
      timeToFailure: nil,
      reason: .counted(nil),
      measured: nil
    )
    verdict.operations = rates
    return verdict
  }

  /// The first request that the first failing run did not get.
  private func firstFailure(_ answers: [Answers]) -> FirstFailure? {
    guard let run = answers.first(where: { $0.served.contains(false) }),
      let place = run.served.firstIndex(of: false)
    else { return nil }
    let request = requests[place]
    let area = model.machine.defaultCMAArea.map { model.machine.cmaAreas[$0.index].name }
    return FirstFailure(
      seed: run.seed,
      time: .zero,
      stream: "operations",
      buffer: request.id,
      index: UInt64(request.index),
      size: request.size,
      pool: area,
      cause: .outOfMemory,
      errno: -12,
      largestFree: nil,
      holders: []
    )
  }

  // MARK: Runs

  private func run(_ seeds: Range<UInt64>) async -> [Answers] {
    var results = [Answers?](repeating: nil, count: seeds.count)
    let first = options.firstSeed
    await withTaskGroup(of: (Int, Answers?).self) { group in
      var next = seeds.lowerBound
      func start() {
        guard next < seeds.upperBound, !options.isInterrupted() else { return }
        let offset = next
        next += 1
        group.addTask { (Int(offset - seeds.lowerBound), answers(seed: first &+ offset)) }
      }
      for _ in 0..<max(1, options.jobs) { start() }
      while let (index, result) = await group.next() {
        results[index] = result
        afterRun()
        start()
      }
    }
    return Array(results.prefix { $0 != nil }.compactMap(\.self))
  }

  private func answers(seed: UInt64) -> Answers? {
    let varied = VariedScenario(workload, pageSize: model.machine.pageSize, seed: seed)
    guard let outcome = try? Replayer.run(varied.scenario, on: machine, as: device) else {
      return nil
    }
    var answers = Answers(seed: seed, served: Array(repeating: nil, count: requests.count))
    var place = 0
    for entry in outcome.entries {
      guard case .allocated(let answer) = entry.result, place < answers.served.count else {
        continue
      }
      answers.served[place] = answer.buffer != nil
      place += 1
    }
    return answers
  }
}

extension DryRun {
  /// How often one request of a list of operations was served.
  public struct OperationRate: Hashable, Sendable {
    /// The position of the operation in the list, from zero.
    public let index: Int
    /// The buffer.
    public let id: String
    /// Its size.
    public let size: ByteCount
    /// The runs that came so far, and those in which it was served.
    public let success: SuccessRate
  }
}
