import Diagnostics

/// A finding's place as a SARIF `location`.
struct SARIFPlace {
  private let label: Label
  private let dtb: String?

  /// The place of `label`; `dtb` stands in where a place has no file of its own.
  init(_ label: Label, dtb: String?) {
    self.label = label
    self.dtb = dtb
  }

  var location: JSONObject {
    var location = JSONObject()
    switch label.location {
    case .source(let span):
      location["physicalLocation"] = Self.physical(span.file, Self.region(span))
    case .tree(let tree):
      location["physicalLocation"] = Self.physical(tree.dtb, Self.firstLine)
      let property = tree.property.map { ":\($0)" } ?? ""
      location["logicalLocations"] = Self.logical(tree.path + property)
    case .input(let name):
      location["physicalLocation"] = Self.physical(dtb ?? name, Self.firstLine)
      location["logicalLocations"] = Self.logical(name)
    }
    if !label.text.isEmpty { location["message"] = .object(["text": .string(label.text)]) }
    return location
  }

  private static func physical(_ file: String, _ region: JSONObject) -> JSONValue {
    .object([
      "artifactLocation": .object(["uri": .string(FileURI.text(ofPath: file))]),
      "region": .object(region),
    ])
  }

  private static func logical(_ name: String) -> JSONValue {
    .array([.object(["fullyQualifiedName": .string(name)])])
  }

  private static let firstLine: JSONObject = ["startLine": .number(1)]

  /// Lines and columns count from 1, and the end is the column behind, in SARIF as here.
  static func region(_ span: SourceSpan) -> JSONObject {
    [
      "startLine": position(span.start.line), "startColumn": position(span.start.column),
      "endLine": position(max(span.start.line, span.end.line)),
      "endColumn": position(span.end.column),
    ]
  }

  private static func position(_ number: Int) -> JSONValue { .number(UInt64(max(1, number))) }
}
