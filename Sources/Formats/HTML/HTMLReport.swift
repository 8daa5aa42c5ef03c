public import Diagnostics
import DryRun
import Layout
import LinuxBoot
import PhysicalMemory

/// A report as one page that needs nothing else: `report.html`.
///
/// Everything can be read and printed without a script; the script adds tabs, zoom and the line that
/// says what is under the pointer. The report's data are in the page as JSON.
public struct HTMLReport {
  let report: Report
  let sources: [String: SourceText]

  /// The page of `report`; `sources` are the policy files by name, for the findings' snippets.
  public init(_ report: Report, sources: [String: SourceText]) {
    self.report = report
    self.sources = sources
  }

  /// The whole page.
  public var text: String {
    HTMLPage(
      kind: "DMA memory report",
      heading: board,
      facts: facts,
      variants: report.variants.map(\.variant.name),
      sections: """
        \(HTMLVerdicts(report).section)
        \(advice)
        \(HTML(sections))
        \(HTMLFindings(report, sources: sources).section)
        """,
      start: "verdicts",
      about: """
        the element <code>dmaplan-data</code> holds the report as JSON \
        (<code>\(ReportJSON.schema)</code>), <code>dmaplan-timelines</code> what is drawn over time
        """,
      data: [
        ("dmaplan-data", ReportJSON.value(report, sources: sources)),
        ("dmaplan-timelines", .array(report.timelines.map(\.json))),
      ]
    )
    .text
  }

  private var board: String { report.compatible.first ?? "a board without compatible" }

  private var facts: HTML {
    let facts = report.variants.first.map { variant in
      let kernel = variant.target.kernel
      return "Linux \(kernel.version) \(kernel.architecture.rawValue), \(kernel.pageSize) pages, "
        + "CMA granule \(kernel.cmaMinAlignment), IOMMUs \(variant.target.iommu)"
    }
    return """
      <p class="facts">\(report.file)<br>\(facts ?? "")</p>
      \(HTMLVerdicts(report).summary)
      """
  }

  private var advice: HTML {
    let text = Advice(report, width: 96).text
    guard !text.isEmpty else { return .empty }
    let body = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    return """
      <section id="advice"><h2>What to do</h2>
      <pre>\(lines: body.joined(separator: "\n"))</pre>
      </section>
      """
  }

  private var sections: [HTML] {
    report.variants.compactMap { variant in
      variant.layout.map { layout in
        let verdicts = report.verdicts.filter { $0.variant == layout.variant }
        return """
          <section class="variant" data-variant="\(layout.variant)">
          <h2>RAM variant \(layout.variant)</h2>
          \(HTMLMap(layout).figure)
          \(HTMLCharts(verdicts: verdicts).figures)
          \(timelines(of: layout.variant))
          </section>
          """
      }
    }
  }

  private func timelines(of variant: String) -> [HTML] {
    report.timelines.filter { $0.variant == variant }.map { HTMLTimeline(timeline: $0).figure }
  }
}
