import DeviceTree
import Diagnostics
import Foundation
import Testing
import Validation

/// Every rule has a pair of examples in `fixtures/rules/RULE`: `bad` fires, `good` does not.
///
/// An example is a tree, `bad.dts`, policy, `bad.yaml`, or a kernel configuration, `bad.config`; without
/// a tree of its own it is held against `board.dts`.
@Suite struct ExamplePairTests {
  private static let folder = Fixtures.folder("rules")

  private static let rules = RuleRegistry.all.map { $0.id.rawValue }

  @Test func thereIsAPairForEachRuleAndNothingElse() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(names.filter { $0 != "board.dts" }.sorted() == Self.rules)
  }

  @Test(arguments: rules)
  func badFiresAndGoodDoesNot(_ rule: String) throws {
    let bad = try example(rule, "bad")
    #expect(bad.contains { $0.rule.rawValue == rule }, "\(bad.map(\.rule))")
    let good = try example(rule, "good").filter { $0.rule.rawValue == rule }
    #expect(good.map(\.message) == [])
  }

  private func example(_ rule: String, _ kind: String) throws -> [Diagnostic] {
    let pair = Self.folder.appendingPathComponent(rule)
    let source = pair.appendingPathComponent(kind + ".dts")
    let isTree = FileManager.default.fileExists(atPath: source.path)
    let tree = try Fixtures.tree(
      isTree ? source : Self.folder.appendingPathComponent("board.dts")
    )
    let policy = text(pair.appendingPathComponent(kind + ".yaml"))
    let config = text(pair.appendingPathComponent(kind + ".config"))
    try #require(isTree || policy != nil || config != nil, "no example in \(pair.path)")
    return try findings(tree, policy: policy, config: config)
  }

  private func text(_ file: URL) -> String? {
    try? String(contentsOf: file, encoding: .utf8)
  }
}
