public import Diagnostics

/// Findings as JUnit XML, in the subset that Jenkins, GitLab and dashboards read.
///
/// One suite for each board and RAM variant, in it one case for each rule: failed where a finding
/// is bad enough, skipped where all that was found is accepted, passed otherwise. Milder findings
/// are in the case's output.
public struct JUnit: Sendable {
  /// The rules that were held against every board.
  public let rules: [RuleID]
  /// The least severity that makes a case fail.
  public let failOn: Severity

  /// A writer for the results of these rules.
  public init(rules: [RuleID], failOn: Severity) {
    self.rules = rules
    self.failOn = failOn
  }

  /// The document for the findings of `boards`.
  public func text(_ boards: [FindingsJSON.BoardFindings]) -> String {
    let suites = boards.flatMap { board in
      (board.variants.isEmpty ? [nil] : board.variants.map(Optional.some))
        .map { suite(board, variant: $0) }
    }
    let tests = suites.reduce(0) { $0 + $1.tests }
    let failures = suites.reduce(0) { $0 + $1.failures }
    let skipped = suites.reduce(0) { $0 + $1.skipped }
    return #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
      + "<testsuites name=\"dmaplan\" tests=\"\(tests)\" failures=\"\(failures)\""
      + " skipped=\"\(skipped)\" errors=\"0\">\n"
      + suites.map(\.text).joined() + "</testsuites>\n"
  }

  private struct Suite {
    var text = ""
    var tests = 0
    var failures = 0
    var skipped = 0
  }

  private func suite(_ board: FindingsJSON.BoardFindings, variant: String?) -> Suite {
    let found = Dictionary(
      grouping: board.findings.filter { Self.concerns($0, variant) },
      by: \.rule
    )
    let accepted = Dictionary(
      grouping: board.accepted.filter { Self.concerns($0.finding, variant) },
      by: \.finding.rule
    )
    let isBoard = board.dtb != nil
    let all = Set(isBoard ? rules : []).union(found.keys).union(accepted.keys).sorted()
    let name = (board.dtb ?? "policy") + (variant.map { " (\($0))" } ?? "")
    let className = board.board.isEmpty ? "policy" : board.board
    var suite = Suite()
    var cases = ""
    for rule in all {
      let body = body(found[rule] ?? [], accepted[rule] ?? [], &suite)
      suite.tests += 1
      cases +=
        "    <testcase classname=\"\(XMLText.attribute(className))\""
        + " name=\"\(XMLText.attribute(rule.rawValue))\""
        + (body.isEmpty ? "/>\n" : ">\n\(body)    </testcase>\n")
    }
    suite.text =
      "  <testsuite name=\"\(XMLText.attribute(name))\" tests=\"\(suite.tests)\""
      + " failures=\"\(suite.failures)\" skipped=\"\(suite.skipped)\" errors=\"0\">\n"
      + cases + "  </testsuite>\n"
    return suite
  }

  /// What one case holds; counts it in `suite`.
  private func body(
    _ findings: [Diagnostic],
    _ accepted: [AcceptedFinding],
    _ suite: inout Suite
  ) -> String {
    let bad = findings.filter { $0.severity >= failOn }
    let mild = findings.filter { $0.severity < failOn }
    var body = ""
    if let worst = bad.max(by: { $0.severity < $1.severity }) {
      suite.failures += 1
      let more = bad.count > 1 ? " (and \(bad.count - 1) more)" : ""
      body +=
        "      <failure type=\"\(worst.severity)\""
        + " message=\"\(XMLText.attribute(worst.message + more))\">"
        + "\(XMLText.content(ConciseRenderer().render(bad)))</failure>\n"
    } else if findings.isEmpty, !accepted.isEmpty {
      suite.skipped += 1
      let reasons = accepted.map { "\($0.finding.message): accepted, \($0.why)" }
      body +=
        "      <skipped message=\"\(XMLText.attribute(reasons.joined(separator: "; ")))\"/>\n"
    }
    if !mild.isEmpty {
      body +=
        "      <system-out>\(XMLText.content(ConciseRenderer().render(mild)))</system-out>\n"
    }
    return body
  }

  /// Whether a finding is one of `variant`: it names no variant, or this one among others.
  private static func concerns(_ finding: Diagnostic, _ variant: String?) -> Bool {
    guard let variant, let named = finding.variant else { return true }
    return named == variant || named.split(separator: ",").contains { $0.trimmed == variant }
  }
}

extension Substring {
  fileprivate var trimmed: Substring { drop { $0 == " " } }
}

/// Text from outside made fit for XML 1.0.
enum XMLText {
  /// `text` between tags.
  static func content(_ text: String) -> String { escaped(text, inAttribute: false) }

  /// `text` between double quotes.
  static func attribute(_ text: String) -> String { escaped(text, inAttribute: true) }

  private static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"" where inAttribute: result += "&quot;"
      case "\n" where !inAttribute: result += "\n"
      case "\n": result += "&#10;"
      case "\t": result += " "
      // XML has no form for these at all, so they come out as on a terminal.
      case _ where scalar.value == 0xfffe || scalar.value == 0xffff:
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: result += VisibleText.of(String(scalar))
      }
    }
    return result
  }
}
