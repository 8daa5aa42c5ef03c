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

  /// What a schema offers as an example the reader takes, and every key is explained.
  @Test func everyKeyHasASummaryAndGoodExamples() {
    var scalars = 0
    func visit(_ keys: [Key], _ path: String) {
      for key in keys {
        #expect(key.summary.hasSuffix("."), "\(path)/\(key.name)")
        visit(key.shape, path + "/" + key.name, key)
      }
    }
    func visit(_ shape: Shape, _ path: String, _ key: Key) {
      switch shape {
      case .mapping(let keys): visit(keys, path)
      case .named(let value), .list(let value), .oneOrMore(let value): visit(value, path, key)
      case .either(let first, let second):
        visit(first, path, key)
        visit(second, path, key)
      case .text: break
      default:
        scalars += 1
        #expect(!key.examples.isEmpty || !shape.examples.isEmpty, "\(path)")
      }
    }
    visit(PolicySchema.layer, "")
    #expect(scalars > 50)
  }
}
