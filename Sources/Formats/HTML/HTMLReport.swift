public import Diagnostics
import DryRun
import Layout
import LinuxBoot
import PhysicalMemory
import ReportPage

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
    let page: HTML = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="\(Self.securityPolicy)">
      <title>\(board): DMA memory report</title>
      <style>
      \(HTML(markup: ReportPage.style))
      </style>
      </head>
      <body>
      <a class="skip" href="#verdicts">Skip to the verdicts</a>
      \(header)
      <main>
      \(HTMLVerdicts(report).section)
      \(advice)
      \(HTML(sections))
      \(HTMLFindings(report, sources: sources).section)
      </main>
      <footer><p>Written by dmaplan. The data of this page are in it: the element <code>dmaplan-data</code> \
      holds the report as JSON (<code>dmaplan-report/1</code>), <code>dmaplan-timelines</code> what is drawn over \
      time.</p></footer>
      <script type="application/json" id="dmaplan-data">\(data)</script>
      <script type="application/json" id="dmaplan-timelines">\(timelines)</script>
      <script>
      \(HTML(markup: ReportPage.script))
      </script>
      </body>
      </html>

      """
    return page.text
  }

  /// Nothing is loaded from anywhere: only what is in the page itself may act.
  private static let securityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

  private var board: String { report.compatible.first ?? "a board without compatible" }

  private var header: HTML {
    let facts = report.variants.first.map { variant in
      let kernel = variant.target.kernel
      return "Linux \(kernel.version) \(kernel.architecture.rawValue), \(kernel.pageSize) pages, "
        + "CMA granule \(kernel.cmaMinAlignment), IOMMUs \(variant.target.iommu)"
    }
    return """
      <header>
      <p class="kind">DMA memory report</p>
      <h1>\(board)</h1>
      <p class="facts">\(report.file)<br>\(facts ?? "")</p>
      \(HTMLVerdicts(report).summary)
      \(tabs)
      </header>
      """
  }

  /// A tab for each RAM variant; without a script all variants are shown one below the other.
  private var tabs: HTML {
    guard report.variants.count > 1 else { return .empty }
    let buttons = report.variants.map { variant -> HTML in
      let name = variant.variant.name
      return
        "<button type=\"button\" role=\"tab\" data-variant=\"\(name)\" aria-selected=\"false\">\(name)</button>"
    }
    return """
      <div class="tabs" role="tablist" aria-label="RAM variants" hidden>\
      <button type="button" role="tab" data-variant="" aria-selected="true">all variants</button>\(buttons)</div>
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

  /// The report as JSON.
  private var data: HTML { Self.embedded(ReportJSON.value(report, sources: sources)) }

  /// The timelines as JSON.
  private var timelines: HTML { Self.embedded(.array(report.timelines.map(\.json))) }

  /// JSON inside a script element, which only `<` could end.
  private static func embedded(_ value: JSONValue) -> HTML {
    HTML(markup: value.text.replacing("<", with: "\\u003c").replacing("&", with: "\\u0026"))
  }
}
