import Foundation
import Testing

/// `docs/policy.md` is made of the schema, and nobody edits it by hand.
@Suite(.enabled(if: Command.has("python3"), "python3 is not installed"))
struct PolicyReferenceTests {
  @Test func thePageIsWhatTheScriptMakesOfTheSchema() throws {
    let script = Command.root.appending(path: "Scripts/policy-md").path()
    let made = try Command.tool(script, Command.binary.path())
    try #require(made.status == 0, "\(made.errors)")
    let page = Command.root.appending(path: "docs/policy.md")
    #expect(
      try made.output == String(contentsOf: page, encoding: .utf8),
      "run `make policy-reference`"
    )
  }

  @Test func everyKeyOfTheSchemaHasARow() throws {
    let schema = try Command.dmaplan("schema").output
    let page = try String(
      contentsOf: Command.root.appending(path: "docs/policy.md"),
      encoding: .utf8
    )
    let keys = Self.keys(try JSONSerialization.jsonObject(with: Data(schema.utf8)))
    #expect(keys.count > 100)
    for key in Set(keys) where !key.hasSuffix("+") { #expect(page.contains("`\(key)`"), "\(key)") }
  }

  /// The keys of all mappings of a schema; names in its examples are none.
  private static func keys(_ schema: Any) -> [String] {
    if let list = schema as? [Any] { return list.flatMap(keys) }
    guard let object = schema as? [String: Any] else { return [] }
    let own = (object["properties"] as? [String: Any]) ?? [:]
    let inside = ["items", "additionalProperties", "anyOf"].compactMap { object[$0] }
    return own.keys.sorted() + own.values.flatMap(keys) + inside.flatMap(keys)
  }
}
