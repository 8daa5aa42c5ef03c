public import Diagnostics
import YAML

/// What a recorded run says of pinned pages, which no replay can know.
///
/// Only the lists called `pinned` of the objects in `ops` are looked at, in their order; whatever else
/// the file holds has no influence.
public enum ObservedPinsJSON {
  /// The largest offset of a page: 2^40 pages.
  private static let largestOffset: UInt64 = 1 << 40

  /// The pinned pages of each pin operation in turn, counted from the area's base, and what is wrong
  /// with them.
  ///
  /// - Complexity: O(size of the file).
  public static func read(
    bytes: [UInt8],
    file: String
  ) -> (pins: [[UInt64]]?, diagnostics: [Diagnostic]) {
    var json = JSONReader()
    let read = YAMLReader.read(bytes: bytes, file: file, limits: .data)
    guard !read.diagnostics.contains(where: { $0.severity == .error }) else {
      return (nil, read.diagnostics)
    }
    guard let top = read.documents.first, read.documents.count == 1, top.entries != nil else {
      json.report(
        "json-wrong-type",
        "`\(file)` does not hold one JSON object",
        at: read.documents.first,
        file: file,
        label: "the object of a recorded run is wanted",
        help: "give what `dmaplan replay --format json` writes"
      )
      return (nil, json.diagnostics)
    }
    guard let entries = top["ops"]?.items else {
      json.report(
        "json-missing-key",
        "the key `ops` is missing or no list",
        at: top["ops"] ?? top,
        label: "a recorded run has a list `ops`",
        help: "give what `dmaplan replay --format json` writes"
      )
      return (nil, json.diagnostics)
    }
    var pins: [[UInt64]] = []
    for entry in entries {
      guard let list = entry["pinned"] else { continue }
      pins.append(json.items(list).compactMap { offset($0, &json) })
    }
    return (json.diagnostics.isEmpty ? pins : nil, json.diagnostics)
  }

  private static func offset(_ node: YAMLNode, _ json: inout JSONReader) -> UInt64? {
    guard let value = json.number(node) else { return nil }
    guard value <= largestOffset else {
      json.report(
        "json-bad-number",
        "a pinned page is counted from the area's base",
        at: node,
        label: "\(value) is in no area",
        help: "write the page's number in the area, 0 for its first"
      )
      return nil
    }
    return value
  }
}
