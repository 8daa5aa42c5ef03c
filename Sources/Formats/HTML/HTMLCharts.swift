import DryRun
import Layout
import PhysicalMemory
import Policy

/// What the runs of one variant measured, as bars with their numbers beside them.
struct HTMLCharts {
  let verdicts: [DryRun.Verdict]

  /// All charts that there are numbers for.
  var figures: HTML { "<div class=\"charts\">\(pools)\(failures)\(migration)</div>" }

  /// How full each pool became, for each workload.
  private var pools: HTML {
    var seen: Set<String> = []
    let bars = measured.flatMap { workload, measured in
      measured.pools.compactMap { use -> HTML? in
        guard seen.insert("\(workload)/\(use.pool)").inserted else { return nil }
        let size = use.peak + use.idle
        return HTMLBar(
          label: "\(use.pool), \(workload)",
          value: use.peak.rawValue,
          most: size.rawValue,
          text: "\(use.peak.approximate) of \(size.approximate)",
          note: "\(use.idle.approximate) never used by a device"
        ).row
      }
    }
    return HTMLBar.chart(
      "Peak use of each pool",
      "The most that was allocated at one time in any run.",
      bars
    )
  }

  /// The largest free run when a request failed, against the request.
  private var failures: HTML {
    let bars = verdicts.compactMap { verdict -> HTML? in
      guard let failure = verdict.firstFailure, let free = failure.largestFree else { return nil }
      let holders = failure.holders.prefix(3)
        .map { "\($0.owner) held \($0.size.approximate)" }.joined(separator: ", ")
      return HTMLBar(
        label: "\(failure.buffer), \(verdict.device), \(verdict.workload ?? "")",
        value: free.rawValue,
        most: max(free, failure.size).rawValue,
        text: "\(free.approximate) free in one run, \(failure.size.approximate) asked for",
        note: "seed \(failure.seed), \(failure.time.microseconds / 1_000_000) s after the start, "
          + "ret \(failure.errno)" + (holders.isEmpty ? "" : "; " + holders),
        style: "bad"
      ).row
    }
    return HTMLBar.chart(
      "Largest free run at the first failure",
      "Of the request that failed first: the bar is what could be had in one piece, its frame what was asked for.",
      bars
    )
  }

  /// Pages moved elsewhere for an allocation.
  private var migration: HTML {
    let most = measured.map(\.measured.migratedMost).max() ?? 0
    guard most > 0 else { return .empty }
    var seen: Set<String> = []
    let bars = verdicts.compactMap { verdict -> HTML? in
      guard let measured = verdict.measured, measured.migratedMost > 0,
        let workload = verdict.workload, seen.insert("\(verdict.device)/\(workload)").inserted
      else { return nil }
      return HTMLBar(
        label: "\(verdict.device), \(workload)",
        value: measured.migrated99,
        most: most,
        text: "\(measured.migrated99) pages at p99",
        note: "median \(measured.migratedMedian), most \(measured.migratedMost)"
      ).row
    }
    return HTMLBar.chart(
      "Migration latency",
      "Pages that had to be moved elsewhere before one request was served.",
      bars
    )
  }

  private var measured: [(workload: String, measured: DryRun.Measurements)] {
    verdicts.compactMap { verdict in
      guard let measured = verdict.measured, let workload = verdict.workload else { return nil }
      return (workload, measured)
    }
  }
}
