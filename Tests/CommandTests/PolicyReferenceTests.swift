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
    let schema = try JSONSerialization.jsonObject(
      with: Data(Command.dmaplan("schema").output.utf8)
    )
    let page = try String(
      contentsOf: Command.root.appending(path: "docs/policy.md"),
      encoding: .utf8
    )
    let keys = Self.keys(of: schema)
    #expect(keys.count > 80)
    for key in keys where !key.hasSuffix("+") { #expect(page.contains("`\(key)`"), "\(key)") }
  }

  /// The names of all properties of a schema; examples are none.
  private static func keys(of schema: Any) -> Set<String> {
    if let list = schema as? [Any] { return list.reduce(into: []) { $0.formUnion(keys(of: $1)) } }
    guard let mapping = schema as? [String: Any] else { return [] }
    var found: Set<String> = []
    for (name, value) in mapping {
      switch name {
      case "properties":
        let properties = value as? [String: Any] ?? [:]
        found.formUnion(properties.keys)
        for property in properties.values { found.formUnion(keys(of: property)) }
      case "anyOf", "items", "additionalProperties": found.formUnion(keys(of: value))
      default: break
      }
    }
    return found
  }
}
