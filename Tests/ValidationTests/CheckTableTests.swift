import Diagnostics
import Foundation
import Testing
import Validation

/// `docs/checks.md` leads from every condition to the rules that there are, and to all of them.
@Suite struct CheckTableTests {
  private let page: String
  private let ids = Set(RuleRegistry.all.map { $0.id.rawValue })

  init() throws {
    page = try String(
      contentsOf: Fixtures.root.appendingPathComponent("docs/checks.md"),
      encoding: .utf8
    )
  }

  /// The cells of the rows whose first cell `isKey` takes.
  private func rows(_ isKey: (String) -> Bool) -> [[String]] {
    page.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    .filter { isKey($0[0]) }
  }

  private func names(_ text: some StringProtocol) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// Findings that no rule makes, and commands.
  private let others: Set<String> = ["layers-conflict", "stress", "size", "compare"]

  @Test func everyConditionHasItsRow() {
    let conditions = rows { Int($0) != nil }
    #expect(conditions.compactMap { Int($0[0]) } == Array(1...55))
    for row in conditions {
      #expect(row.count == 5, "\(row)")
      #expect(["check", "stress", "not static"].contains(row[2]), "\(row)")
      let rules = names(row[3])
      #expect(rules.isEmpty == (row[2] != "check"), "\(row)")
      for rule in rules { #expect(ids.contains(rule), "\(rule)") }
    }
  }

  @Test func everyRootCauseHasItsRow() {
    let causes = rows { $0.dropFirst().first == ":" }
    #expect(causes.map { String($0[0].prefix(1)) } == "ABCDEFGHIJKLM".map(String.init))
    for row in causes {
      let rules = names(row[1])
      #expect(!rules.isEmpty, "\(row)")
      for rule in rules { #expect(ids.contains(rule) || others.contains(rule), "\(rule)") }
    }
  }

  @Test func everyRuleIsNamed() {
    let named = Set(names(page.replacing("\n", with: " ")))
    #expect(ids.subtracting(named).sorted() == [])
  }
}
