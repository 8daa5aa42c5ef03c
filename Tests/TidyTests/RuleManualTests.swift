import Foundation
import Testing

/// `RULES.md` is made of the comments above the rules, and nobody edits it by hand.
@Suite struct RuleManualTests {
  private let manual = try? String(
    contentsOf: SourceFile.root.appending(path: "RULES.md"),
    encoding: .utf8
  )

  private func rules() throws -> [(id: String, comment: [String])] {
    try SourceFile.all.filter { $0.path.hasPrefix("Validation/Rules/") }.map { file in
      let start = try #require(
        file.lines.firstIndex { $0.hasPrefix("enum ") && $0.hasSuffix(": Rule {") },
        "\(file.path)"
      )
      var first = start
      while first > 0, file.lines[first - 1].hasPrefix("///") { first -= 1 }
      let comment = file.lines[first..<start].map { line in
        String(line.dropFirst(line.hasPrefix("/// ") ? 4 : 3))
      }
      let line = try #require(file.lines.first { $0.contains("static let id: RuleID = ") })
      let id = line.split(separator: "\"").map(String.init)
      return (try #require(id.count > 1 ? id[1] : nil), comment)
    }
  }

  @Test func everyRuleHasItsCommentAsPage() throws {
    let pages = try #require(manual).components(separatedBy: "\n## ").dropFirst()
    let rules = try rules().sorted { $0.id < $1.id }
    #expect(rules.count <= pages.count)
    for (rule, page) in zip(rules, pages) {
      let lines = page.components(separatedBy: "\n")
      #expect(lines.first == rule.id, "run `make rules`")
      let body = lines.dropFirst(4).prefix { !$0.hasPrefix("# ") }.joined(separator: "\n")
        .trimmingCharacters(in: .newlines)
      #expect(body == rule.comment.joined(separator: "\n"), "\(rule.id): run `make rules`")
    }
  }

  @Test func everyPageShowsBadAndGood() throws {
    for rule in try rules() {
      let text = rule.comment.joined(separator: "\n")
      #expect(text.contains("Bad"), "\(rule.id)")
      #expect(text.contains("Good:"), "\(rule.id)")
      #expect(text.contains("Source:"), "\(rule.id)")
    }
  }
}
