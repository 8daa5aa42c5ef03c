import YAML

@testable import Formats

/// Holds YAML against as much of JSON Schema as the policy's schema uses.
struct SchemaCheck {
  /// The places that break the schema, as paths of keys.
  private(set) var faults: [String] = []

  mutating func check(_ node: YAMLNode, _ schema: JSONValue, _ path: String = "") {
    guard case .object(let schema) = schema else { return }
    if case .array(let words) = schema["enum"], !words.contains(Self.scalar(node)) {
      faults.append("\(path): not in the list")
    }
    if case .array(let shapes) = schema["anyOf"],
      !shapes.contains(where: { Self.accepts(node, $0) })
    {
      faults.append("\(path): none of the shapes")
    }
    let types = Self.texts(schema["type"])
    if !types.isEmpty, !types.contains(where: { Self.types(node).contains($0) }) {
      faults.append("\(path): not \(types)")
    }
    if let item = schema["items"] {
      for (index, value) in (node.items ?? []).enumerated() {
        check(value, item, path + "[\(index)]")
      }
    }
    checkEntries(node, schema, path)
  }

  private mutating func checkEntries(_ node: YAMLNode, _ schema: JSONObject, _ path: String) {
    guard let entries = node.entries else { return }
    for name in Self.texts(schema["required"]) where node[name] == nil {
      faults.append("\(path): no \(name)")
    }
    let properties: JSONObject? =
      if case .object(let object) = schema["properties"] { object } else { nil }
    for entry in entries {
      let place = path + "/" + entry.name
      if let property = properties?[entry.name] {
        check(entry.value, property, place)
      } else if schema["additionalProperties"] == .bool(false) {
        faults.append("\(place): not a key")
      } else if let other = schema["additionalProperties"] {
        check(entry.value, other, place)
      }
    }
  }

  private static func accepts(_ node: YAMLNode, _ schema: JSONValue) -> Bool {
    var check = SchemaCheck()
    check.check(node, schema)
    return check.faults.isEmpty
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap { texts($0) }
    default: []
    }
  }

  /// A plain scalar as YAML 1.2's core schema reads it.
  private static func scalar(_ node: YAMLNode) -> JSONValue {
    guard let scalar = node.scalar else { return .null }
    guard scalar.style == .plain else { return .string(scalar.text) }
    if scalar.text == "null" { return .null }
    if scalar.text == "true" || scalar.text == "false" { return .bool(scalar.text == "true") }
    return UInt64(scalar.text).map(JSONValue.number) ?? .string(scalar.text)
  }

  private static func types(_ node: YAMLNode) -> [String] {
    if node.entries != nil { return ["object"] }
    if node.items != nil { return ["array"] }
    switch scalar(node) {
    case .null: return ["null"]
    case .bool: return ["boolean"]
    case .number: return ["integer", "number"]
    default: return ["string"]
    }
  }
}
