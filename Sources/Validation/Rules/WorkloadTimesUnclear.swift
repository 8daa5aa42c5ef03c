import Diagnostics
import Layout
import Policy

/// A stream's times can not be what was meant.
///
/// `during:` names a phase that the workload does not have, so the stream would never open; or a
/// time is both `uniform` and `exponential`, so nobody can tell how it is drawn. The second also
/// happens when two layers state one form each: mappings merge, so the stronger one has to take the
/// other away with `null`.
///
/// Bad: `during: [use]` without a phase `use`. Good: `during: [idle]` with
/// `phases: [{name: idle}]`.
///
/// Source: policy's own rule.
enum WorkloadTimesUnclear: Rule {
  static let id: RuleID = "workload-times-unclear"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant in
      subject.stated(in: variant).workloads.flatMap { workload in
        workload.streams.flatMap { stream in
          phases(stream, workload, subject, variant) + times(stream, workload, subject, variant)
        }
      }
    }
  }

  private static func phases(
    _ stream: StreamPolicy,
    _ workload: WorkloadPolicy,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> [Diagnostic] {
    let known = workload.phases.map(\.name)
    return stream.during.filter { !known.contains($0.value) }.map { name in
      let guess = didYouMean(name.value, among: known)
      return Diagnostic(
        id,
        .error,
        "stream `\(stream.name)` opens during `\(name.value)`, "
          + "which is no phase of workload `\(workload.name)`",
        at: subject.label(name.origin, guess.map { "did you mean `\($0)`?" } ?? "no such phase"),
        help: guess.map { "write `\($0)`" }
          ?? (known.isEmpty
            ? "add it under `phases:`" : "the phases are " + known.joined(separator: ", ")),
        variant: variant.variant.name
      )
    }
  }

  private static func times(
    _ stream: StreamPolicy,
    _ workload: WorkloadPolicy,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> [Diagnostic] {
    stream.unclearTimes.map { time in
      Diagnostic(
        id,
        .error,
        "`\(time.value)` of stream `\(stream.name)` in workload `\(workload.name)` "
          + "is not one of the three forms",
        at: subject.label(time.origin, "both or neither"),
        help: "write a time, {uniform: 30s..5min} or {exponential: 2min}",
        variant: variant.variant.name
      )
    }
  }
}
