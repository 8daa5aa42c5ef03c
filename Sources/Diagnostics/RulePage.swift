/// A rule's page in the manual.
public struct RulePage: Hashable, Sendable {
  /// The rule.
  public let rule: RuleID
  /// How bad a finding is at its worst.
  public let severity: Severity
  /// One sentence: what is wrong where the rule fires.
  public let summary: String
  /// The page in Markdown without its heading.
  public let text: String

  /// The page of `rule`.
  public init(rule: RuleID, severity: Severity, summary: String, text: String) {
    self.rule = rule
    self.severity = severity
    self.summary = summary
    self.text = text
  }

  /// The pages in a manual: a heading `## RULE` each, a line `Severity: WORD.`, a paragraph that
  /// is the summary, and the rest.
  ///
  /// A section without a severity is passed over. O(length)
  public static func pages(in manual: String) -> [RulePage] {
    var pages: [RulePage] = []
    var lines: [Substring] = []
    func close() {
      if let page = page(lines) { pages.append(page) }
      lines = []
    }
    for line in manual.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") || line.hasPrefix("# ") { close() }
      lines.append(line)
    }
    close()
    return pages
  }

  private static func page(_ lines: [Substring]) -> RulePage? {
    guard let heading = lines.first, heading.hasPrefix("## ") else { return nil }
    var rest = lines.dropFirst().drop { $0.isEmpty }
    guard let stated = rest.popFirst(), stated.hasPrefix("Severity: "),
      let severity = Severity(word: stated.dropFirst("Severity: ".count).prefix { $0 != "." })
    else { return nil }
    rest = rest.drop { $0.isEmpty }
    while rest.last?.isEmpty == true { rest.removeLast() }
    let name = heading.dropFirst(3).filter { $0 != "`" }
    return RulePage(
      rule: RuleID(rawValue: name),
      severity: severity,
      summary: rest.prefix { !$0.isEmpty }.joined(separator: " "),
      text: rest.joined(separator: "\n") + "\n"
    )
  }
}
