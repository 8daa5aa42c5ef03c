import Diagnostics
import DryRun
import PhysicalMemory
import Policy

/// What the runs measured, for a person: below the table of verdicts.
struct EvidenceText {
  let verdicts: [DryRun.Verdict]
  let width: Int

  /// A paragraph for each device that runs were counted for, and a line for the rest of the system;
  /// for lists of operations the rate of each request.
  var text: String {
    [measured, operations].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var operations: String {
    verdicts.filter { !$0.operations.isEmpty }.map { verdict in
      let width = verdict.operations.map(\.id.count).max() ?? 0
      let title = "The requests of \(verdict.workload ?? "-") on \(verdict.variant):"
      return Plain.safe(title) + "\n"
        + verdict.operations.map { operation in
          let rate = operation.success
          return "  \(Plain.safe(operation.id).padded(to: width))  "
            + "\(rate.successes)/\(rate.runs)  \(operation.size.approximate)\n"
        }
        .joined()
    }
    .joined(separator: "\n")
  }

  private var measured: String {
    let counted = verdicts.filter { $0.constraint == .count && $0.measured != nil }
    guard !counted.isEmpty else { return "" }
    var text = "What the runs measured:\n"
    var last: [String?] = []
    for (index, verdict) in counted.enumerated() {
      let title = [verdict.variant, verdict.workload]
      if title != last {
        text += "  " + Plain.safe(title.compactMap(\.self).joined(separator: ", ")) + "\n"
        last = title
      }
      text += "\(verdict.device): \(facts(verdict))".wrapped(
        width: width,
        indentation: 4,
        hanging: 4
      )
      let next = counted.indices.contains(index + 1) ? counted[index + 1] : nil
      if [next?.variant, next?.workload] != title, let measured = verdict.measured {
        text += "the rest of the system: \(system(measured.system, runs: verdict.seeds))"
          .wrapped(width: width, indentation: 4, hanging: 4)
      }
    }
    return text
  }

  private func facts(_ verdict: DryRun.Verdict) -> String {
    guard let measured = verdict.measured, verdict.seeds > 0 else { return "" }
    var facts = ["\(measured.requests / verdict.seeds) buffers a run"]
    facts.append(
      "pages moved for one \(measured.migratedMedian) (half), \(measured.migrated99) (99 of 100), "
        + "\(measured.migratedMost) (most)"
    )
    if measured.busyRetries > 0 { facts.append("\(measured.busyRetries) busy places tried") }
    if measured.refusedOptional > 0 {
      facts.append("\(measured.refusedOptional) optional buffers refused")
    }
    if measured.skipped > 0 { facts.append("\(measured.skipped) openings found the device busy") }
    if let time = verdict.timeToFailure {
      let median = time.median.map { "\($0.rounded) in half of the runs" }
      facts.append(
        "fails after \(time.earliest.rounded) at the earliest"
          + (median.map { ", \($0)" } ?? ", never in half of the runs")
      )
    }
    for pool in measured.pools {
      facts.append(
        "\(pool.pool) peaks at \(pool.peak.approximate), \(pool.meanIdle.approximate) of it idle "
          + "on average" + (pool.isLent ? " and lent to movable pages" : "")
      )
    }
    return facts.joined(separator: "; ")
  }

  private func system(_ system: DryRun.SystemSide, runs: UInt64) -> String {
    var facts = ["\(system.reclaimedPages / max(runs, 1)) pages reclaimed a run"]
    if system.swappedPages > 0 { facts[0] += ", \(system.swappedPages / max(runs, 1)) swapped out" }
    facts.append("\(system.refusedUnmovable) kernel allocations refused")
    facts.append("\(system.outOfMemoryKills) processes killed for lack of memory")
    if system.refusedPins > 0 { facts.append("\(system.refusedPins) pins for long refused") }
    return facts.joined(separator: ", ") + " in all runs"
  }
}

extension TimeSpan {
  /// The time in its largest units, for reading: `1h 12min`, `3.2 s`.
  var rounded: String {
    let seconds = microseconds / 1_000_000
    if seconds >= 3600 { return "\(seconds / 3600)h \(seconds / 60 % 60)min" }
    if seconds >= 60 { return "\(seconds / 60)min \(seconds % 60)s" }
    return "\(seconds).\(microseconds / 100_000 % 10)s"
  }
}
