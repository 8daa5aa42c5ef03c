import Diagnostics
import Formats
import Layout
import PhysicalMemory
import Policy
import Testing

@Suite struct LayoutJSONTests {
  private func read(_ text: String) -> (layout: Layout?, diagnostics: [Diagnostic]) {
    LayoutJSON.read(bytes: Array(text.utf8), file: "layout.json")
  }

  @Test func readingWhatWasWrittenIsTheIdentity() {
    for layout in [fullLayout, layout([])] {
      let value = LayoutJSON.value(layout)
      for text in [value.text, value.compactText] {
        let back = read(text)
        #expect(back.diagnostics == [])
        #expect(back.layout == layout)
      }
    }
  }

  @Test func namesSurviveWhateverTheyHold() {
    for name in ["", "null", "12", "a: b", "\u{1b}[31m", "\u{85}\u{2029}\u{feff}", "\u{1F600}\\\""]
    {
      let odd = layout([region(name, .cma, range(0x4000_0000, 0x1000), users: [name])])
      #expect(read(LayoutJSON.value(odd).text).layout == odd)
    }
  }

  @Test func everyMissingKeyIsAFinding() {
    let whole = LayoutJSON.value(fullLayout)
    for name in ["board", "policy_digest", "target", "variant", "banks", "zones", "reserved"] {
      guard case .object(let object) = whole else { return }
      var less = JSONObject()
      for member in object.members where member.name != name { less[member.name] = member.value }
      let back = read(JSONValue.object(less).text)
      #expect(back.layout == nil)
      #expect(back.diagnostics.map(\.message) == ["the key `\(name)` is missing"])
    }
  }

  @Test(arguments: [
    ("\"0x4a000000\"", "\"4a000000\"", "json-bad-number"),
    ("\"0x4a000000\"", "\"0x\"", "json-bad-number"),
    ("\"0x4a000000\"", "\"0x-1\"", "json-bad-number"),
    ("\"0x4a000000\"", "\"0x10000000000000000\"", "json-bad-number"),
    ("\"0x4a000000\"", "\"0xffffffffffffffff\"", "json-bad-number"),
    ("\"0x4a000000\"", "1241513984", "json-wrong-type"),
    ("\"kind\": \"cma\"", "\"kind\": \"camel\"", "json-unknown-word"),
    ("\"planned\"", "\"plant\"", "json-unknown-word"),
    ("\"cma_areas\": 7", "\"cma_areas\": -7", "json-wrong-type"),
    ("\"cma_areas\": 7", "\"cma_areas\": 7.5", "json-wrong-type"),
    ("\"max_order\": 10", "\"max_order\": 64", "json-bad-number"),
    ("\"page_size\": \"0x1000\"", "\"page_size\": \"0x2000\"", "json-bad-number"),
    ("\"cma_granule\": \"0x200000\"", "\"cma_granule\": \"0x300000\"", "json-bad-number"),
    ("\"default\": true", "\"default\": \"true\"", "json-wrong-type"),
    ("\"count\": 6", "\"count\": null", "json-missing-key"),
    ("layout/1", "layout/2", "json-unknown-schema"),
    ("\"pins\": 4", "\"pins\": [4]", "json-wrong-type"),
  ])
  func faultsAreLocatedFindings(_ old: String, _ new: String, _ rule: String) throws {
    let text = LayoutJSON.value(fullLayout).text
    let place = try #require(text.firstRange(of: old))
    let back = read(text.replacingCharacters(in: place, with: new))
    #expect(back.layout == nil)
    #expect(back.diagnostics.map(\.rule.rawValue) == [rule])
    let line = text[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    guard case .source(let span) = back.diagnostics.first?.primary.location else {
      Issue.record("the finding has no line")
      return
    }
    #expect(rule == "json-missing-key" || span.start.line == line.count)
  }

  @Test func aMisspeltKeyIsAWarning() {
    let text = LayoutJSON.value(fullLayout).text
    let back = read(text.replacing("\"boundary\"", with: "\"boundry\"", maxReplacements: 1))
    #expect(back.layout != nil)
    #expect(back.diagnostics.map(\.help) == ["did you mean `boundary`?"])
  }

  @Test func noBytesTrap() {
    let bytes = Array(LayoutJSON.value(fullLayout).compactText.utf8)
    #if DEBUG
    let step = 97
    #else
    let step = 7
    #endif
    for length in stride(from: 0, to: bytes.count, by: step) {
      let back = LayoutJSON.read(bytes: Array(bytes[..<length]), file: "x")
      #expect(back.layout == nil && !back.diagnostics.isEmpty)
    }
    for position in stride(from: 0, to: bytes.count, by: step) {
      var damaged = bytes
      for byte: UInt8 in [0, 0x22, 0x30, 0x5b, 0x7d, 0xff] {
        damaged[position] = byte
        let back = LayoutJSON.read(bytes: damaged, file: "x")
        #expect(back.layout != nil || !back.diagnostics.isEmpty)
      }
    }
  }
}

extension String {
  func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
