import Policy
import YAML

/// The JSON Schema of policy (draft-07, which editors' YAML servers read).
///
/// It is made from the description that the reader itself holds a layer against, so the two can not
/// differ in keys. What a schema can not see, such as the arithmetic of sizes, is left to the
/// reader.
public enum PolicyJSONSchema {
  /// The schema of one layer, a document of YAML.
  public static var value: JSONValue {
    var schema: JSONObject = [
      "$schema": .string("http://json-schema.org/draft-07/schema#"),
      "title": .string("dmaplan policy layer, version \(PolicySchema.version)"),
      "description": .string("One layer of DMA memory policy for Linux boards."),
    ]
    let layer = mapping(PolicySchema.layer, nullable: false)
    for member in layer.members { schema[member.name] = member.value }
    schema["required"] = .strings(["dmaplan", "name"])
    return .object(schema)
  }

  /// The keys of a mapping, each with what may stand under it, and `key+` where lists append.
  private static func mapping(_ keys: [Key], nullable: Bool = true) -> JSONObject {
    var properties = JSONObject()
    for key in keys {
      var schema = key.name == "dmaplan" ? versionSchema : schema(of: key.shape)
      schema["description"] = .string(key.summary)
      let examples = key.examples.map(example)
      if !examples.isEmpty { schema["examples"] = .array(examples) }
      properties[key.name] = .object(schema)
      if let item = key.shape.item {
        properties[key.name + "+"] = .object([
          "type": .strings(["array", "null"]),
          "items": .object(self.schema(of: item)),
          "description": .string("Appends to `\(key.name)` of weaker layers."),
          "examples": .array(appended(key)),
        ])
      }
    }
    return [
      "type": nullable ? .strings(["object", "null"]) : .string("object"),
      "properties": .object(properties),
      "additionalProperties": .bool(false),
    ]
  }

  /// Examples of what `key+` may hold: always lists.
  private static func appended(_ key: Key) -> [JSONValue] {
    key.examples.map(example).map { value in
      if case .array = value { value } else { .array([value]) }
    }
  }

  private static var versionSchema: JSONObject {
    [
      "enum": .array([
        .number(UInt64(PolicySchema.version) ?? 1), .string(PolicySchema.version),
      ])
    ]
  }

  /// What may stand there; `null` removes a value, so it may stand anywhere.
  private static func schema(of shape: Shape) -> JSONObject {
    switch shape {
    case .text: ["type": .strings(["string", "number", "null"])]
    case .word(let words): ["enum": .array(words.map(JSONValue.string) + [.null])]
    case .flag: ["type": .strings(["boolean", "null"])]
    case .count: ["type": .strings(["integer", "null"]), "minimum": .number(0)]
    case .countWithin(let least, let most):
      [
        "type": .strings(["integer", "null"]), "minimum": .number(least), "maximum": .number(most),
      ]
    case .size, .positiveSize, .address: ["type": .strings(["string", "integer", "null"])]
    case .range, .time, .timeRange, .eventRate, .throughput, .picture:
      ["type": .strings(["string", "null"])]
    case .operation:
      [
        "type": .string("array"),
        "items": .object(["type": .strings(["string", "integer"])]),
      ]
    case .version: ["type": .strings(["string", "null"]), "pattern": .string(versionPattern)]
    case .list(let item):
      ["type": .strings(["array", "null"]), "items": .object(schema(of: item))]
    case .oneOrMore(let item):
      [
        "anyOf": .array([
          .object(schema(of: item)),
          .object(["type": .string("array"), "items": .object(schema(of: item))]),
        ])
      ]
    case .mapping(let keys): mapping(keys)
    case .named(let value):
      [
        "type": .strings(["object", "null"]),
        "additionalProperties": .object(schema(of: value)),
      ]
    case .either(let first, let second):
      ["anyOf": .array([.object(schema(of: first)), .object(schema(of: second))])]
    }
  }

  private static let versionPattern = "^[0-9]+\\.[0-9]+(\\.[0-9]+)?$"

  /// An example as the JSON value that its YAML is.
  private static func example(_ text: String) -> JSONValue {
    let read = YAMLReader.read(bytes: Array(text.utf8), file: "example")
    precondition(read.diagnostics.isEmpty, "examples are ours: \(text)")
    return read.documents.first.map(value) ?? .string(text)
  }

  private static func value(_ node: YAMLNode) -> JSONValue {
    switch node.content {
    case .sequence(let items): return .array(items.map(value))
    case .mapping(let entries):
      return .object(
        entries.reduce(into: JSONObject()) { $0[$1.name] = value($1.value) }
      )
    case .missing: return .null
    case .scalar(let scalar):
      guard scalar.style == .plain else { return .string(scalar.text) }
      if scalar.text == "true" || scalar.text == "false" { return .bool(scalar.text == "true") }
      return UInt64(scalar.text).map(JSONValue.number) ?? .string(scalar.text)
    }
  }
}

extension Shape {
  /// What a list of the shape holds; nil where it takes no list.
  fileprivate var item: Shape? {
    switch self {
    case .list(let item), .oneOrMore(let item): item
    default: nil
    }
  }
}
