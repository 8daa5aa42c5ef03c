import DryRun

/// A dry-run of all boards and layouts of a list, one after the other; the seeds of each run at once.
struct StressRun {
  let pipeline: Pipeline
  let list: StressList
  let dryRun: DryRun.Options
  /// The one workload that is asked for.
  let workload: String?

  /// What a board or layout came to.
  struct Judged {
    let subject: StressSubject
    let verdicts: [DryRun.Verdict]
  }

  /// Gives each board to `before` once it is read, and to `take` as soon as it is judged.
  ///
  /// Ends early where the user interrupts.
  func each(
    before: (StressSubject) throws -> Void,
    take: (Result<Judged, RunError>) throws -> Void
  ) async throws {
    let isAlone = list.inputs.count == 1
    let boards =
      isAlone
      ? nil : pipeline.options.meter("dry-run", total: list.inputs.count, unit: "boards")
    defer { boards?.hide() }
    var known: Set<String> = []
    for input in list.inputs where !Interruption.isWanted {
      let subject: StressSubject
      do {
        subject = try StressSubject(input, pipeline, workload: workload)
      } catch {
        boards?.hide()
        try take(.failure(RunError(error)))
        continue
      }
      known.formUnion(subject.known)
      if isAlone, let workload {
        try StressSubject.require(workload, of: known, in: subject.title)
      }
      try before(subject)
      let runs =
        isAlone
        ? pipeline.options.meter("dry-run", total: subject.workloads * firstLook) : nil
      let verdicts = await subject.verdicts(dryRun) {
        runs?.advance()
        boards?.advancePart()
      }
      runs?.hide()
      boards?.hide()
      try take(.success(Judged(subject: subject, verdicts: verdicts)))
      boards?.advance()
    }
    if let workload, !isAlone, !Interruption.isWanted {
      try StressSubject.require(workload, of: known, in: "these boards")
    }
  }

  /// The runs of a workload of which it is known beforehand that they will be.
  private var firstLook: Int { Int(dryRun.looks.first ?? 0) }
}
