public import DryRun
import PhysicalMemory
import Policy

/// Sizes of pools as one page: the answers and the cliff of each pool on each RAM variant.
public struct HTMLPoolSizing {
  private let title: String
  private let results: [PoolSizingResult]
  private let success: Proportion

  /// The page of `results`, which are of the board in the file `title`, for the share of runs that
  /// was asked for.
  public init(_ results: [PoolSizingResult], title: String, success: Proportion) {
    self.title = title
    self.results = results
    self.success = success
  }

  /// The whole page.
  public var text: String {
    HTMLPage(
      kind: "DMA pool sizes",
      heading: title,
      facts: """
        <p class="facts">Each pool was planned and dry-run at many sizes, the others as they are; a size serves \
        where every device of the pool gets what it asks for in \(share) of the runs.</p>
        """,
      variants: results.map(\.variant).withoutRepetitions,
      sections: results.isEmpty
        ? "<p id=\"pools\">No workload allocates from a pool.</p>"
        : "<div id=\"pools\">\(results.map(section))</div>",
      start: "pools",
      about:
        "the element <code>dmaplan-data</code> holds it as JSON (<code>\(PoolSizingJSON.schema)</code>)",
      data: [("dmaplan-data", PoolSizingJSON.value(results, success: success))]
    )
    .text
  }

  private var share: String { "\(success.partsPerMillion / 10_000) %" }

  private func section(_ result: PoolSizingResult) -> HTML {
    let answers = PoolSizingText.answers(result, success: share).map { "<li>\($0)</li>" as HTML }
    return """
      <section class="variant" data-variant="\(result.variant)">
      <h2>\(result.pool) on \(result.variant)</h2>
      <ul>\(answers)</ul>
      \(cliff(result))
      \(trials(result))
      </section>

      """
  }

  /// A bar for each size that was tried near the answers, and for the size of now.
  private func cliff(_ result: PoolSizingResult) -> HTML {
    let rows = PoolSizingText.near(result.answer).map { trial in
      let full: UInt64 = trial.serves ? 1 : 0
      return HTMLBar(
        label: trial.size.approximate,
        value: trial.success?.successes ?? full,
        most: trial.success?.runs ?? 1,
        text: Self.rate(trial),
        note: Self.marks(trial, result).joined(separator: ", "),
        style: trial.serves ? "plain" : "bad"
      ).row
    }
    return HTMLBar.chart(
      "Success against size",
      "The runs in which the pool's devices got all they asked for, for each size that was tried near the answer.",
      rows
    )
  }

  /// Everything that was tried.
  private func trials(_ result: PoolSizingResult) -> HTML {
    let rows = result.answer.trials.map { trial -> HTML in
      """
      <tr><th scope="row">\(trial.size.approximate)</th><td>\(trial.size.hexadecimal)</td>\
      <td class="success">\(trial.isPlaceable ? HTMLVerdicts.interval(trial.success) : "<span class=\"quiet\">no place</span>")</td>\
      <td>\(trial.serves ? "serves" : "fails")\(trial.isSure ? "" : ", not sure")</td>\
      <td>\(Self.marks(trial, result).joined(separator: ", "))</td></tr>

      """
    }
    return """
      <details><summary>All \(rows.count) sizes that were tried</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Sizes tried of \(result.pool) on \(result.variant)">
      <table><thead><tr><th scope="col">size</th><th scope="col">bytes</th><th scope="col">success</th>\
      <th scope="col">devices</th><th scope="col">remark</th></tr></thead>
      <tbody>
      \(rows)</tbody></table></div></details>
      """
  }

  private static func rate(_ trial: DryRun.SizeTrial) -> String {
    guard trial.isPlaceable else { return "no place" }
    return trial.success.map { "\($0.successes)/\($0.runs)" }
      ?? (trial.serves ? "proved to serve" : "proved to fail")
  }

  private static func marks(_ trial: DryRun.SizeTrial, _ result: PoolSizingResult) -> [String] {
    var marks: [String] = []
    if trial.size == result.answer.smallest { marks.append("smallest") }
    if trial.size == result.answer.largest { marks.append("largest") }
    if trial.size == result.current { marks.append("as it is now") }
    if result.answer.islands.contains(trial.size) { marks.append("serves by luck") }
    if trial.isPlaceable, !trial.leavesFloor { marks.append("too little for the system") }
    return marks
  }
}
