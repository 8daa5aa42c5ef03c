import Diagnostics

/// The findings of a page, the worst first, each with its snippet as the terminal shows it.
struct HTMLFindings {
  let report: Report
  let renderer: HumanRenderer

  init(_ report: Report, sources: [String: SourceText]) {
    self.report = report
    renderer = HumanRenderer(sources: sources, decorator: .plain, width: 110)
  }

  /// The section; a page without findings says so.
  var section: HTML {
    let findings = report.findings
    guard !findings.isEmpty else {
      return "<section id=\"findings\"><h2>Findings</h2><p>None.</p></section>"
    }
    return """
      <section id="findings"><h2>Findings</h2>
      \(findings.map(finding))</section>
      """
  }

  private func finding(_ finding: Diagnostic) -> HTML {
    let word = finding.severity.description
    let isOpen: HTML = finding.severity > .note ? " open" : ""
    let variant: HTML =
      finding.variant.map { "<span class=\"quiet\">only on \($0)</span>" } ?? .empty
    return """
      <details class="finding" data-variant="\(finding.variant ?? "")"\(isOpen)>\
      <summary><span class="badge \(word)">\(word)</span> <code>\(finding.rule.rawValue)</code> \
      \(finding.message) \(variant)</summary>
      <pre>\(lines: renderer.render(finding))</pre></details>

      """
  }
}
