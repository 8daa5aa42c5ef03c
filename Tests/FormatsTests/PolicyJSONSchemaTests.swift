import Diagnostics
import Foundation
import Policy
import Testing
import YAML

@testable import Formats

@Suite struct PolicyJSONSchemaTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func policies() throws -> [URL] {
    try ["policies", "fixtures/policies"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        at: root.appending(path: folder),
        includingPropertiesForKeys: nil
      )
    }
    .filter { $0.pathExtension == "yaml" }
    .sorted { $0.path() < $1.path() }
  }

  private func faults(_ text: String) -> [String] {
    let read = YAMLReader.read(bytes: Array(text.utf8), file: "p.yaml")
    #expect(read.diagnostics == [])
    var check = SchemaCheck()
    for document in read.documents { check.check(document, PolicyJSONSchema.value) }
    return check.faults
  }

  @Test func everyPolicyOfTheTreePasses() throws {
    let files = try Self.policies()
    #expect(files.count >= 12)
    for file in files {
      #expect(try faults(String(contentsOf: file, encoding: .utf8)) == [], "\(file.path())")
    }
  }

  @Test(arguments: [
    ("pool: {}", "/pool: not a key"),
    ("pools: {a: {sise: 1}}", "/pools/a/sise: not a key"),
    ("pools: {a: {kind: cmaa}}", "/pools/a/kind: not in the list"),
    ("pools: [a]", "/pools: not [\"object\", \"null\"]"),
    ("variants: {a: 1}", "/variants/a: none of the shapes"),
    ("devices: {a: {mask: big}}", "/devices/a/mask: not [\"integer\", \"null\"]"),
    ("devices: {a: {pools: b}}", "/devices/a/pools: not [\"array\", \"null\"]"),
    ("override: 1", "/override: not [\"boolean\", \"null\"]"),
  ])
  func whatTheReaderRefusesTheSchemaRefuses(text: String, fault: String) {
    #expect(faults("dmaplan: 1\nname: a\n" + text) == [fault])
    var reader = LayerReader()
    reader.read(Array("dmaplan: 1\nname: a\n\(text)".utf8), file: "p.yaml", origin: .user)
    #expect(!reader.diagnostics.isEmpty)
  }

  @Test func aLayerNeedsVersionAndName() {
    #expect(faults("name: a") == [": no dmaplan"])
    #expect(faults("dmaplan: 1") == [": no name"])
    #expect(faults("dmaplan: 2\nname: a") == ["/dmaplan: not in the list"])
    #expect(faults("dmaplan: 1\nname: a\npools: null\ndevices: {a: {pools+: [b]}}") == [])
  }

  /// The properties of a schema at any depth, with the way to each.
  private func properties(_ schema: JSONValue?, _ path: String = "") -> [(String, JSONObject)] {
    guard case .object(let schema)? = schema else { return [] }
    var found: [(String, JSONObject)] = []
    if case .object(let properties)? = schema["properties"] {
      for member in properties.members {
        if case .object(let property) = member.value {
          found.append((path + "/" + member.name, property))
        }
        found += self.properties(member.value, path + "/" + member.name)
      }
    }
    found += properties(schema["items"], path + "[]")
    found += properties(schema["additionalProperties"], path + "/*")
    if case .array(let shapes)? = schema["anyOf"] {
      found += shapes.flatMap { properties($0, path) }
    }
    return found
  }

  @Test func everyKeyHasADescriptionAndExamplesOfItsOwnSchema() {
    let properties = properties(PolicyJSONSchema.value)
    #expect(properties.count > 150)
    for (path, property) in properties {
      guard case .string(let text)? = property["description"], text.hasSuffix("."),
        case .array(let examples)? = property["examples"], !examples.isEmpty
      else {
        Issue.record("\(path) lacks a description or examples")
        continue
      }
      for example in examples {
        let text = example.text
        let read = YAMLReader.read(bytes: Array(text.utf8), file: "example")
        guard let node = read.documents.first else {
          Issue.record("\(path): \(text)")
          continue
        }
        var check = SchemaCheck()
        check.check(node, .object(property))
        #expect(check.faults == [], "\(path): \(text)")
      }
    }
  }

  /// What is offered as an example the reader takes at its place.
  @Test func theReaderTakesEveryExample() {
    var count = 0
    func visit(_ keys: [Key], _ wrap: @escaping (String) -> String) {
      for key in keys {
        for example in key.examples {
          count += 1
          let text = wrap("\(key.name):\n  \(example)".replacing("\n", with: "\n    "))
          #expect(self.complaints(text) == [], "\(text)")
        }
        visit(key.shape) { wrap("\(key.name):\n  " + $0.replacing("\n", with: "\n  ")) }
      }
    }
    func visit(_ shape: Shape, _ wrap: @escaping (String) -> String) {
      switch shape {
      case .mapping(let keys): visit(keys, wrap)
      case .named(let value):
        visit(value) { wrap("x:\n  " + $0.replacing("\n", with: "\n  ")) }
      case .list(let item): visit(item) { wrap("- " + $0.replacing("\n", with: "\n  ")) }
      case .either(let first, let second):
        visit(first, wrap)
        visit(second, wrap)
      default: break
      }
    }
    visit(PolicySchema.layer) { $0 }
    #expect(count > 150)
  }

  /// What the reader says of the keys and values of a layer, not of what the layer lacks.
  private func complaints(_ text: String) -> [String] {
    var reader = LayerReader()
    reader.read(Array(text.utf8), file: "p.yaml", origin: .user)
    let lacking: Set<String> = [
      "version-missing", "name-missing", "why-missing", "match-empty",
    ]
    return reader.diagnostics.filter { !lacking.contains($0.rule.rawValue) }.map(\.message)
  }
}
