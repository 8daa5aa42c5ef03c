import Foundation
import Testing

/// Every id that the program can emit has its page.
@Suite struct FindingManualTests {
  /// The ids in the sources: the first argument of a finding, and `static let id` of rules and kinds.
  ///
  /// The kinds of `Diagnostics/Manual` are pages; what emits them is elsewhere.
  private func emitted() throws -> [String: String] {
    var ids: [String: String] = [:]
    for file in try SourceFile.all where !file.path.hasPrefix("Diagnostics/Manual/") {
      let text = file.lines.joined(separator: "\n")
      for match in text.matches(of: #/(?:Diagnostic|report)\(\s*"([a-z]+(?:-[a-z]+)*)"\s*,/#) {
        ids[String(match.1)] = file.path
      }
      for match in text.matches(of: #/rule: RuleID = "([a-z-]+)"|: RuleID = "([a-z-]+)"/#) {
        if let id = match.1 ?? match.2 { ids[String(id)] = file.path }
      }
    }
    return ids
  }

  private func pages() throws -> [String: String] {
    let text = try String(contentsOf: SourceFile.root.appending(path: "RULES.md"), encoding: .utf8)
    var pages: [String: String] = [:]
    for page in text.components(separatedBy: "\n## ").dropFirst() {
      pages[String(page.prefix { $0 != "\n" })] = page
    }
    return pages
  }

  @Test func everyFindingHasAPage() throws {
    let pages = try pages()
    let emitted = try emitted()
    #expect(emitted.count > 90, "the search itself works")
    for (id, path) in emitted.sorted(by: { $0.key < $1.key }) {
      #expect(pages[id] != nil, "\(path) emits `\(id)`, which RULES.md does not have")
    }
  }

  @Test func everyPageIsOfAFinding() throws {
    let emitted = try emitted()
    for id in try pages().keys.sorted() { #expect(emitted[id] != nil, "nothing emits `\(id)`") }
  }

  /// Where the severity is a word beside the id, the worst one is that of the page.
  @Test func pagesOfOtherFindingsHaveTheirSeverity() throws {
    let order = ["note", "warning", "error"]
    var worst: [String: Int] = [:]
    for file in try SourceFile.all where !file.path.hasPrefix("Validation/Rules/") {
      let text = file.lines.joined(separator: "\n")
      for match in text.matches(of: #/Diagnostic\(\s*"([a-z-]+)",\s*\.([a-z]+),/#) {
        let severity = try #require(order.firstIndex(of: String(match.2)))
        worst[String(match.1)] = max(worst[String(match.1)] ?? 0, severity)
      }
    }
    let pages = try pages()
    #expect(worst.count > 20, "the search itself works")
    for (id, severity) in worst where id != "boot-panics" {
      #expect(pages[id]?.contains("\nSeverity: \(order[severity]).") == true, "\(id)")
    }
  }

  @Test func everyPageSaysWhatIsRightOrWhatToDo() throws {
    for (id, page) in try pages() {
      #expect(page.contains("Good:") || page.contains("What to do:"), "\(id)")
      #expect(page.contains("Source:"), "\(id)")
    }
  }
}
