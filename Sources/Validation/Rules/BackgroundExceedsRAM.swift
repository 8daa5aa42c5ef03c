import Diagnostics
import Layout
import PhysicalMemory
import Policy

/// A workload's background holds more than all of RAM.
///
/// The classes of memory (`page-cache`, `anonymous`, ...) are held at the same time, in each phase.
/// What does not fit can not be taken, so the dry-run would be of another system than was meant:
/// one that runs out of memory before the first device is opened. What firmware and regions take is
/// not counted here.
///
/// Bad: `page-cache: 80%` with `anonymous: 40%`. Good: `page-cache: 60%` with `anonymous: 15%`.
///
/// Source: policy's own rule.
enum BackgroundExceedsRAM: Rule {
  static let id: RuleID = "background-exceeds-ram"
  static let severity = Severity.error

  static func check(_ subject: Subject) -> [Diagnostic] {
    subject.variants.flatMap { variant -> [Diagnostic] in
      guard variant.variant.hasMemory else { return [] }
      let ram = variant.variant.memory.size
      return subject.stated(in: variant).workloads.compactMap { workload in
        let phases: [(name: String?, background: BackgroundPolicy)] =
          workload.phases.isEmpty
          ? [(nil, workload.background)] : workload.phases.map { ($0.name, $0.background) }
        return phases.lazy.compactMap { phase in
          let levels = phase.background.stated(ram: ram)
          let total = levels.reduce(ByteCount.zero) { $0 + $1.size }
          guard total > ram, let worst = levels.max(by: { $0.size < $1.size }) else { return nil }
          return .exceeds(workload, phase.name, levels, worst, total, ram, subject, variant)
        }.first
      }
    }
  }
}

/// A class of memory as it is stated, and what it comes to.
private struct StatedLevel {
  let kind: MemoryClass
  let size: ByteCount
  let origin: ValueOrigin
}

extension BackgroundPolicy {
  fileprivate func stated(ram: ByteCount) -> [StatedLevel] {
    MemoryClass.allCases.compactMap { kind in
      levels[kind].map {
        StatedLevel(kind: kind, size: $0.value.bytes(ram: ram), origin: $0.origin)
      }
    }
  }
}

extension Diagnostic {
  fileprivate static func exceeds(
    _ workload: WorkloadPolicy,
    _ phase: String?,
    _ levels: [StatedLevel],
    _ worst: StatedLevel,
    _ total: ByteCount,
    _ ram: ByteCount,
    _ subject: Subject,
    _ variant: CompiledVariant
  ) -> Self {
    let place = phase.map { "phase `\($0)` of workload" } ?? "workload"
    let parts = levels.map { "\($0.kind.rawValue) \($0.size.approximate)" }
    return Diagnostic(
      BackgroundExceedsRAM.id,
      .error,
      "the background of \(place) `\(workload.name)` is \(total.approximate), "
        + "more than \(ram.approximate) of RAM",
      at: subject.label(worst.origin, "\(worst.size.approximate) of it"),
      notes: [parts.joined(separator: " + ")],
      help: "make the classes together at most 100%, less what regions and firmware take",
      variant: variant.variant.name
    )
  }
}
