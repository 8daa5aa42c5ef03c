public import DryRun
import PhysicalMemory
import Policy

/// A comparison of systems as one page: a table and charts for each workload on each RAM variant.
public struct HTMLComparison {
  private let title: String
  private let comparisons: [DryRun.Comparison]

  /// The page of `comparisons`, which are of the board or layout in the file `title`.
  public init(_ comparisons: [DryRun.Comparison], title: String) {
    self.title = title
    self.comparisons = comparisons
  }

  /// The whole page.
  public var text: String {
    HTMLPage(
      kind: "DMA memory comparison",
      heading: title,
      facts: """
        <p class="facts">The same workload under each system, each with as much memory set aside as the pools \
        have that the workload's devices use.</p>
        """,
      variants: comparisons.map(\.variant).withoutRepetitions,
      sections: comparisons.isEmpty
        ? "<p id=\"comparisons\">Nothing was compared: there is no workload with streams.</p>"
        : "<div id=\"comparisons\">\(groups.map(section))</div>",
      start: "comparisons",
      about:
        "the element <code>dmaplan-data</code> holds it as JSON (<code>\(ComparisonJSON.schema)</code>)",
      data: [("dmaplan-data", ComparisonJSON.value(comparisons))]
    )
    .text
  }

  /// The rows of each workload on each variant.
  private var groups: [[DryRun.Comparison]] {
    comparisons.reduce(into: []) { groups, row in
      if let last = groups.last?.last, last.variant == row.variant, last.workload == row.workload {
        groups[groups.count - 1].append(row)
      } else {
        groups.append([row])
      }
    }
  }

  private func section(_ rows: [DryRun.Comparison]) -> HTML {
    """
    <section class="variant" data-variant="\(rows[0].variant)">
    <h2>\(rows[0].workload) on \(rows[0].variant)</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="\(rows[0].workload) on \(rows[0].variant)">
    <table class="systems">
    <thead><tr><th scope="col">system</th><th scope="col">success</th><th scope="col">set aside</th>\
    <th scope="col">idle</th><th scope="col">pages moved: p50/p99/most</th><th scope="col">reclaimed</th>\
    <th scope="col">refused</th><th scope="col">killed</th><th scope="col">first failure</th></tr></thead>
    <tbody>
    \(rows.map(row))</tbody>
    </table>
    </div>
    <div class="charts">\(setAside(rows))\(moved(rows))</div>
    </section>

    """
  }

  private func row(_ row: DryRun.Comparison) -> HTML {
    guard let result = row.result else {
      return """
        <tr><th scope="row">\(row.strategy.title)</th><td colspan="8" class="quiet">\(row.obstacle ?? "")</td></tr>

        """
    }
    let runs = max(1, result.success.runs)
    return """
      <tr><th scope="row">\(row.strategy.title)</th><td class="success">\(HTMLVerdicts.interval(result.success))</td>\
      <td>\(result.reserved.approximate)</td><td>\(result.meanIdle.approximate)</td>\
      <td>\(result.migratedMedian)/\(result.migrated99)/\(result.migratedMost)</td>\
      <td>\(result.system.reclaimedPages / runs)</td><td>\(result.system.refusedUnmovable)</td>\
      <td>\(result.system.outOfMemoryKills)</td><td>\(row.failureText)</td></tr>

      """
  }

  private func setAside(_ rows: [DryRun.Comparison]) -> HTML {
    let most = rows.compactMap { $0.result?.reserved.rawValue }.max() ?? 0
    let bars = rows.compactMap { row in
      row.result.map { result in
        HTMLBar(
          label: row.strategy.title,
          value: result.meanIdle.rawValue,
          most: most,
          text: "\(result.meanIdle.approximate) of \(result.reserved.approximate)",
          note: Self.use(row.strategy)
        ).row
      }
    }
    return HTMLBar.chart(
      "Memory that nobody could use",
      "Of what is set aside: idle on average over the workload's time. The frame is the most that any system sets aside.",
      most == 0 ? [] : bars
    )
  }

  /// Who else may use what is set aside.
  private static func use(_ strategy: DryRun.ComparedStrategy) -> String {
    if strategy == .layout { return "as its pools are" }
    return strategy.isLent ? "lent to the system meanwhile" : "for drivers alone"
  }

  private func moved(_ rows: [DryRun.Comparison]) -> HTML {
    let most = rows.compactMap { $0.result?.migratedMost }.max() ?? 0
    let bars = rows.compactMap { row in
      row.result.map { result in
        HTMLBar(
          label: row.strategy.title,
          value: result.migrated99,
          most: most,
          text: "\(result.migrated99) pages at p99",
          note: "median \(result.migratedMedian), most \(result.migratedMost)"
        ).row
      }
    }
    return HTMLBar.chart(
      "Migration latency",
      "Pages that had to be moved elsewhere before one request was served.",
      most == 0 ? [] : bars
    )
  }
}

extension [String] {
  /// The strings in their order, each once.
  var withoutRepetitions: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
