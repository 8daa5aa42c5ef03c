import DeviceTree
import Diagnostics
import Foundation
import Testing
import Validation

/// Every rule has a pair of examples in `fixtures/rules/RULE`: `bad` fires, `good` does not.
///
/// An example is a tree, `bad.dts`, or policy, `bad.yaml`, which is held against `board.dts`.
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
    let policy =
      isTree
      ? nil
      : try String(contentsOf: pair.appendingPathComponent(kind + ".yaml"), encoding: .utf8)
    return try findings(tree, policy: policy)
  }
}
