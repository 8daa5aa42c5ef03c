import Diagnostics
import Formats
import Testing
import YAML

/// The reports for machines, on names that try to break out of them.
@Suite struct FindingFormatsTests {
  private static let hostile =
    "a%0A::error::x\n::error::y\r<b c=\"d\">&'|`]]>\u{1B}[31m\u{202E}:,\u{FFFE}"

  private func span(_ line: Int) -> SourceSpan {
    SourceSpan(
      file: "dir a/policy,1:2.yaml",
      start: SourcePosition(line: line, column: 3),
      end: SourcePosition(line: line, column: 9)
    )
  }

  private func finding(
    _ severity: Severity = .error,
    message: String = "`a` and `b` overlap",
    rule: RuleID = "regions-overlap",
    variant: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      rule,
      severity,
      message,
      at: Label(.tree(TreeLocation(dtb: "x/b c.dtb", path: "/r/a", property: "reg")), "1 MiB"),
      related: [
        Label(.tree(TreeLocation(dtb: "x/b c.dtb", path: "/r/b")), "the other"),
        Label(.source(span(4)), "asked for here"),
      ],
      notes: ["OVERLAP DETECTED!"],
      help: "move `b`",
      fix: FixIt(span: span(4), replacement: "0x1000", applicability: .safe),
      variant: variant
    )
  }

  private func board(
    _ findings: [Diagnostic],
    variants: [String] = ["1g", "2g"],
    accepted: [AcceptedFinding] = []
  ) -> FindingsJSON.BoardFindings {
    FindingsJSON.BoardFindings(
      board: "acme,board",
      dtb: "x/b c.dtb",
      findings: findings,
      variants: variants,
      accepted: accepted
    )
  }

  // MARK: SARIF

  private func sarif(_ boards: [FindingsJSON.BoardFindings]) throws -> Tree {
    let page = RulePage(
      rule: "cma-misaligned",
      severity: .error,
      summary: "A pool is refused.",
      text: "A pool is refused.\n"
    )
    let text = SARIF(version: "1.2.3", pages: [page]).value(boards).text
    // JSON is YAML: the project's own reader stands in for a second JSON reader.
    let (documents, problems) = YAMLReader.read(bytes: Array(text.utf8), file: "out.sarif")
    try #require(problems.isEmpty, "\(problems)")
    let document: YAMLNode = try #require(documents.first)
    return Tree(node: document)
  }

  /// What the schema of SARIF 2.1.0 requires of the parts that are written.
  @Test func sarifHasWhatTheSchemaWants() throws {
    let accepted = AcceptedFinding(finding(.warning, rule: "not-a-pool"), why: Self.hostile)
    let top = try sarif([
      board([finding(message: Self.hostile, variant: "1g")], accepted: [accepted])
    ])
    #expect(top["version"].text == "2.1.0")
    let runs = top["runs"].items
    #expect(runs.count == 1)
    let driver = runs[0]["tool"]["driver"]
    #expect(driver["name"].text == "dmaplan")
    #expect(["utf16CodeUnits", "unicodeCodePoints"].contains(runs[0]["columnKind"].text))
    let rules = driver["rules"].items
    #expect(rules.map { $0["id"].text } == ["cma-misaligned", "not-a-pool", "regions-overlap"])
    for rule in rules {
      #expect(!(rule["shortDescription"]["text"].text ?? "").isEmpty)
      #expect(!(rule["help"]["text"].text ?? "").isEmpty)
      #expect(levels.contains(rule["defaultConfiguration"]["level"].text ?? ""))
    }
    let results = runs[0]["results"].items
    #expect(results.count == 2)
    for result in results {
      let index = try #require(result["ruleIndex"].text.flatMap { Int($0) })
      #expect(rules[index]["id"].text == result["ruleId"].text)
      #expect(levels.contains(result["level"].text ?? ""))
      #expect(!(result["message"]["text"].text ?? "").isEmpty)
      #expect(!result["locations"].items.isEmpty)
      for location in result["locations"].items + result["relatedLocations"].items {
        try check(location: location)
      }
      #expect(result["partialFingerprints"].names == ["dmaplan/v1"])
      for fix in result["fixes"].items { try check(fix: fix) }
    }
    let ids = results[0]["relatedLocations"].items.compactMap { $0["id"].text }
    #expect(Set(ids).count == 2)
    #expect(results[0]["suppressions"].node == nil)
    #expect(results[0]["properties"]["variant"].text == "1g")
    let suppression = try #require(results[1]["suppressions"].items.first)
    #expect(suppression["kind"].text == "external")
    #expect(suppression["status"].text == "accepted")
    #expect(!(suppression["justification"].text ?? "").isEmpty)
  }

  private var levels: Set<String> { ["none", "note", "warning", "error"] }

  private func check(location: Tree) throws {
    let physical = location["physicalLocation"]
    let uri = try #require(physical["artifactLocation"]["uri"].text)
    #expect(uri.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
    #expect(!uri.contains(":") || uri.hasPrefix("file:///"))
    let region = physical["region"]
    let line = try #require(region["startLine"].text.flatMap { Int($0) })
    #expect(line >= 1)
    if let end = region["endColumn"].text.flatMap({ Int($0) }) {
      #expect(end >= 1)
      #expect(region["endLine"].text.flatMap { Int($0) }.map { $0 >= line } == true)
    }
  }

  private func check(fix: Tree) throws {
    let change = try #require(fix["artifactChanges"].items.first)
    #expect(change["artifactLocation"]["uri"].text == "dir%20a/policy%2C1%3A2.yaml")
    let replacement = try #require(change["replacements"].items.first)
    #expect(replacement["deletedRegion"]["startLine"].text == "4")
    #expect(replacement["insertedContent"]["text"].text == "0x1000")
  }

  @Test func sarifFingerprintsDoNotDependOnAddresses() throws {
    let first = try sarif([board([finding(message: "at 0x1000")])])
    let second = try sarif([board([finding(message: "at 0x2000")])])
    func print(_ tree: Tree) -> String? {
      tree["runs"].items[0]["results"].items[0]["partialFingerprints"]["dmaplan/v1"].text
    }
    #expect(print(first) == print(second))
    #expect(print(first)?.count == 64)
  }

  // MARK: JUnit

  @Test func junitHasASuiteForEachVariant() {
    let text = JUnit(rules: ["cma-misaligned", "regions-overlap"], failOn: .error)
      .text([board([finding(variant: "1g")])])
    let lines = text.split(separator: "\n")
    #expect(lines.first == #"<?xml version="1.0" encoding="UTF-8"?>"#)
    #expect(
      lines.contains(
        #"<testsuites name="dmaplan" tests="4" failures="1" skipped="0" errors="0">"#
      )
    )
    #expect(text.contains(#"<testsuite name="x/b c.dtb (1g)" tests="2" failures="1""#))
    #expect(text.contains(#"<testsuite name="x/b c.dtb (2g)" tests="2" failures="0""#))
    #expect(text.components("<testcase classname=\"acme,board\"") == 4)
  }

  @Test func junitSkipsWhatIsAcceptedAndFailsFromTheLimit() {
    let waived = AcceptedFinding(finding(.warning, rule: "cma-misaligned"), why: "known")
    let boards = [board([finding(.warning)], variants: ["dtb"], accepted: [waived])]
    let mild = JUnit(rules: [], failOn: .error).text(boards)
    #expect(mild.contains("<skipped message=\"`a` and `b` overlap: accepted, known\"/>"))
    #expect(mild.contains("<system-out>"))
    #expect(!mild.contains("<failure"))
    #expect(JUnit(rules: [], failOn: .warning).text(boards).contains("<failure type=\"warning\""))
  }

  @Test func junitEscapesEverything() {
    let text = JUnit(rules: [], failOn: .note).text([
      board([finding(message: Self.hostile, variant: Self.hostile)], variants: [Self.hostile])
    ])
    #expect(
      text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value < 0xfffe) }
    )
    #expect(!text.contains("<b c="))
    #expect(!text.contains("]]>"))
    #expect(text.components("<testcase ") == 1)
    #expect(text.components("<testsuite ") == 1)
  }

  // MARK: GitHub

  @Test func githubEscapesDataAndProperties() {
    let hostile = Diagnostic(
      "bad-value",
      .error,
      Self.hostile,
      at: Label(.source(span(7)), "here")
    )
    let text = GitHub.commands([board([hostile])])
    #expect(
      text.hasPrefix(
        "::error file=dir a/policy%2C1%3A2.yaml,line=7,col=3,endLine=7,endColumn=9,title=bad-value::a%250A::error::x%0A::error::y"
      )
    )
    #expect(text.split(whereSeparator: \.isNewline).count == 1)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test func githubPutsTheWorstFirstAndStopsAtTen() {
    let many =
      (0..<12).map { finding(.note, message: "n\($0)") }
      + (0..<11).map { finding(.error, message: "e\($0)") } + [finding(.warning)]
    let lines = GitHub.commands([board(many)]).split(separator: "\n")
    #expect(lines.prefix(10).allSatisfy { $0.hasPrefix("::error ") })
    #expect(lines[10].hasPrefix("::warning "))
    #expect(lines[11..<21].allSatisfy { $0.hasPrefix("::notice ") })
    #expect(lines.count == 22)
    #expect(
      lines.last == "1 more error, 2 more notes not shown: see the table in the job's summary"
    )
  }

  @Test func githubSummaryIsATable() {
    let text = GitHub.summary([board([finding(message: Self.hostile)])])
    #expect(text.hasPrefix("### dmaplan: 1 error, 0 warnings, 0 notes on 1 board\n"))
    let row = text.split(separator: "\n").last ?? ""
    #expect(row.filter { $0 == "|" }.count == 5)
    #expect(!row.contains("<b"))
  }

  @Test func githubSummaryStaysBelowItsLimit() {
    let many = (0..<500).map { finding(message: "number \($0)") }
    let text = GitHub.summary([board(many)], limit: 4096)
    #expect(text.utf8.count <= 4096)
    #expect(text.hasSuffix("more findings do not fit here.\n"))
  }
}

/// A part of a document; absent parts have no parts.
private struct Tree {
  let node: YAMLNode?

  subscript(name: String) -> Tree { Tree(node: node?[name]) }
  var items: [Tree] { (node?.items ?? []).map { Tree(node: $0) } }
  var text: String? { node?.text }
  var names: [String] { (node?.entries ?? []).map(\.name) }
}

extension String {
  /// How often `part` occurs.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
