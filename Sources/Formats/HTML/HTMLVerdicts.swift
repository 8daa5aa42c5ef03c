import DryRun
import Layout

/// The verdicts of a page: how many devices stand how, and a table with the worst first.
struct HTMLVerdicts {
  let report: Report

  init(_ report: Report) { self.report = report }

  /// A badge for each verdict that some device has, counted by its worst.
  var summary: HTML {
    let devices = Dictionary(grouping: report.verdicts, by: \.device)
      .mapValues { $0.map(\.verdict).min() ?? .unknown }
    guard !devices.isEmpty else {
      return
        "<p class=\"summary\">Nothing was judged: no layer of policy knows a device of this board.</p>"
    }
    let badges = Judgement.allCases.compactMap { judgement -> HTML? in
      let count = devices.values.count { $0 == judgement }
      guard count > 0 else { return nil }
      return "<li>\(Self.badge(judgement, "\(count) \(judgement.word)"))</li>"
    }
    let unjudged: HTML =
      report.judgesNothing ? "<p>Nothing could be judged; the table says why.</p>" : .empty
    return """
      <ul class="summary" aria-label="Devices by their worst verdict">\(badges)</ul>\(unjudged)
      """
  }

  /// The table.
  var section: HTML {
    let rows = VerdictRow.rows(report.verdicts).map(row)
    return """
      <section id="verdicts"><h2>Verdicts</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Verdicts">
      <table>
      <thead><tr><th scope="col">verdict</th><th scope="col">device</th><th scope="col">workload</th>\
      <th scope="col">RAM</th><th scope="col">success</th><th scope="col">why</th></tr></thead>
      <tbody>
      \(rows)</tbody>
      </table>
      </div>
      </section>
      """
  }

  private func row(_ row: VerdictRow) -> HTML {
    let verdict = row.worst
    let why = [verdict.evidence, verdict.facts].filter { !$0.isEmpty }.joined(separator: "; ")
    return """
      <tr data-variants="\(row.variants.joined(separator: " "))">\
      <td>\(Self.badge(verdict.verdict, verdict.verdict.word))</td>\
      <th scope="row">\(row.device)</th>\
      <td>\(verdict.workload ?? "none")</td>\
      <td>\(row.variants.joined(separator: ", "))</td>\
      <td class="success">\(Self.interval(verdict.success))</td>\
      <td><b>\(verdict.constraint.rawValue)</b>: \(why)</td></tr>

      """
  }

  static func badge(_ judgement: Judgement, _ text: String) -> HTML {
    "<span class=\"badge \(judgement.word)\">\(text)</span>"
  }

  /// The interval of a success rate as a bar from 0 to 100 %; no rate where an argument decided.
  static func interval(_ rate: SuccessRate?) -> HTML {
    guard let rate else { return "<span class=\"quiet\">proof</span>" }
    let low = rate.lower.partsPerMillion / 10_000
    let high = (rate.upper.partsPerMillion + 9_999) / 10_000
    return """
      <span class="interval" role="img" aria-label="\(rate.successes) of \(rate.runs) runs succeeded; \
      the rate lies between \(low) and \(high) percent">\
      <span style="left:\(low)%;width:\(max(1, high - low))%"></span></span>\
      <span class="count">\(rate.successes)/\(rate.runs)</span>
      """
  }
}
