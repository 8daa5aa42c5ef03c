public import Diagnostics

/// Findings as SARIF 2.1.0, the form that code scanning services read.
///
/// One run for all boards: a result names its board and variant in `properties`. A place in a tree
/// has no line, so its physical place is line 1 of the DTB and its logical one the node's path.
public struct SARIF: Sendable {
  /// The name of the program's release.
  public let version: String
  /// The manual, for what a rule is.
  public let pages: [RulePage]
  /// The policy files by name, for fingerprints.
  public let sources: [String: SourceText]

  /// A writer for a release of the program with this manual.
  public init(version: String, pages: [RulePage], sources: [String: SourceText] = [:]) {
    self.version = version
    self.pages = pages
    self.sources = sources
  }

  /// The document for the findings of `boards` in the order given, accepted ones suppressed.
  public func value(_ boards: [FindingsJSON.BoardFindings]) -> JSONValue {
    let rules = rules(boards)
    let positions = Dictionary(
      uniqueKeysWithValues: rules.enumerated().map { ($0.element.rule, $0.offset) }
    )
    let results = boards.flatMap { board in
      board.findings.map { result($0, of: board, why: nil, positions) }
        + board.accepted.map { result($0.finding, of: board, why: $0.why, positions) }
    }
    let driver: JSONObject = [
      "name": .string("dmaplan"), "version": .string(version),
      "rules": .array(rules.map(Self.descriptor)),
    ]
    let run: JSONObject = [
      "tool": .object(["driver": .object(driver)]), "columnKind": .string("unicodeCodePoints"),
      "results": .array(results),
    ]
    return .object([
      "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
      "version": .string("2.1.0"), "runs": .array([.object(run)]),
    ])
  }

  /// The manual's rules and those that have findings without being in it, sorted.
  private func rules(_ boards: [FindingsJSON.BoardFindings]) -> [RulePage] {
    var known = Dictionary(pages.map { ($0.rule, $0) }, uniquingKeysWith: { $1 })
    for board in boards {
      for finding in board.findings + board.accepted.map(\.finding)
      where known[finding.rule] == nil {
        let words = finding.rule.rawValue.replacing("-", with: " ")
        known[finding.rule] = RulePage(
          rule: finding.rule,
          severity: finding.severity,
          summary: words,
          text: words + "\n"
        )
      }
    }
    return known.values.sorted { $0.rule < $1.rule }
  }

  private static func descriptor(_ page: RulePage) -> JSONValue {
    .object([
      "id": .string(page.rule.rawValue),
      "shortDescription": .object(["text": .string(page.summary)]),
      "fullDescription": .object(["text": .string(page.text)]),
      "help": .object(["text": .string(page.text), "markdown": .string(page.text)]),
      "defaultConfiguration": .object(["level": .string(page.severity.description)]),
    ])
  }

  private func result(
    _ finding: Diagnostic,
    of board: FindingsJSON.BoardFindings,
    why: String?,
    _ positions: [RuleID: Int]
  ) -> JSONValue {
    var object: JSONObject = [
      "ruleId": .string(finding.rule.rawValue),
      "ruleIndex": .number(UInt64(positions[finding.rule] ?? 0)),
      "level": .string(finding.severity.description),
      "message": .object(["text": .string(Self.text(finding))]),
      "locations": .array([.object(SARIFPlace(finding.primary, dtb: board.dtb).location)]),
    ]
    if !finding.related.isEmpty {
      object["relatedLocations"] = .array(
        finding.related.enumerated().map { index, label in
          var location = SARIFPlace(label, dtb: board.dtb).location
          location["id"] = .number(UInt64(index))
          return .object(location)
        }
      )
    }
    let print = FindingsJSON.fingerprint(of: finding, board: board.board, sources: sources)
    object["partialFingerprints"] = .object(["dmaplan/v1": .string(print)])
    if let fix = finding.fix { object["fixes"] = .array([Self.fix(fix, help: finding.help)]) }
    object["suppressions"] = why.map { why in
      .array([
        .object([
          "kind": .string("external"), "status": .string("accepted"),
          "justification": .string(why),
        ])
      ])
    }
    var properties = JSONObject()
    if !board.board.isEmpty { properties["board"] = .string(board.board) }
    properties["dtb"] = board.dtb.map { .string($0) }
    properties["variant"] = finding.variant.map { .string($0) }
    if !properties.members.isEmpty { object["properties"] = .object(properties) }
    return .object(object)
  }

  /// The headline with the notes and the help below it.
  private static func text(_ finding: Diagnostic) -> String {
    ([finding.message] + finding.notes.map { "note: \($0)" }
      + (finding.help.map { ["help: \($0)"] } ?? []))
      .joined(separator: "\n")
  }

  private static func fix(_ fix: FixIt, help: String?) -> JSONValue {
    let replacement: JSONObject = [
      "deletedRegion": .object(SARIFPlace.region(fix.span)),
      "insertedContent": .object(["text": .string(fix.replacement)]),
    ]
    let change: JSONObject = [
      "artifactLocation": .object(["uri": .string(FileURI.text(ofPath: fix.span.file))]),
      "replacements": .array([.object(replacement)]),
    ]
    return .object([
      "description": .object(["text": .string(help ?? "replace it")]),
      "artifactChanges": .array([.object(change)]),
    ])
  }
}
