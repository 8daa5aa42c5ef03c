import Testing
import YAML

@Suite struct LimitTests {
  @Test func billionLaughs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let item = "*a\(level - 1)"
      let items = Array(repeating: item, count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(
      findings(text) == [
        "6:10-6:13 yaml-limit: aliases expand to more than 100000 nodes | help: write the values out where they are needed"
      ]
    )
  }

  @Test func deepNesting() {
    let message =
      "yaml-limit: the file nests deeper than 128 levels | help: look for a bracket that is not closed: "
      + "no value nests so deep"
    #expect(findings(String(repeating: "[", count: 100_000)) == ["1:129-1:130 \(message)"])
    #expect(findings(String(repeating: "{a: ", count: 100_000)).first?.hasSuffix(message) == true)
    #expect(findings(String(repeating: "- ", count: 100_000)).first?.hasSuffix(message) == true)
    #expect(findings(String(repeating: "? ", count: 100_000)).first?.hasSuffix(message) == true)
    let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(findings(lines).first?.hasSuffix(message) == true)
    let just = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(findings(just) == [])
  }

  @Test func aliasesCountForTheDepth() {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let above = String(repeating: "[", count: 27) + "*x" + String(repeating: "]", count: 27)
    #expect(findings("a: &x \(deep)\nb: \(above)\n") == [])
    #expect(
      findings("a: &x \(deep)\nb: [\(above)]\n") == [
        "2:32-2:34 yaml-limit: the file nests deeper than 128 levels | help: look for a bracket that "
          + "is not closed: no value nests so deep"
      ]
    )
  }

  @Test func sizeNodesDocumentsFindingsDirectives() {
    #expect(
      findings("abcdef", limits: YAMLLimits(bytes: 5)) == [
        "1:1-1:1 yaml-limit: the file is larger than 5 bytes | help: split it into several files"
      ]
    )
    #expect(findings("[a, b]", limits: YAMLLimits(nodes: 3)) == [])
    #expect(
      findings("[a, b]", limits: YAMLLimits(nodes: 2)) == [
        "1:5-1:6 yaml-limit: the file has more than 2 nodes | help: split it into several files"
      ]
    )
    let two = YAMLLimits(documents: 2)
    #expect(findings("a\n---\nb\n", limits: two) == [])
    #expect(
      findings("a\n---\nb\n---\nc\n", limits: two).first?.contains("more than 2 documents") == true
    )
    let many = String(repeating: "- !x y\n", count: 200)
    #expect(findings(many).count == 101)
    #expect(
      findings(many).last
        == "101:3-101:7 yaml-limit: the file has more than 100 faults | help: mend those above first"
    )
    let tags = String(repeating: "%TAG !a! b\n", count: 101)
    #expect(findings(tags).first?.contains("more than 100 lines begin with `%`") == true)
  }

  @Test func findingsStayShort() {
    let long = String(repeating: "k", count: 50_000)
    for text in [
      "{a: b" + String(repeating: ",c", count: 50_000) + "}", "? \(long)\n: 1\n? \(long)\n: 2\n",
      "? \(long)\n", "*\(long)", "&x [*\(long)]", "!\(long) x",
    ] {
      let found = findings(text)
      #expect(found.count == 1)
      #expect(found.allSatisfy { $0.utf8.count < 400 }, "\(text.prefix(10))")
    }
  }

  @Test func manyWrongAliasesAreFoundQuickly() {
    let anchors = (0..<20_000).map { "&anchor\($0) 1" }.joined(separator: ",")
    let aliases = (0..<200).map { "*anchr\($0)" }.joined(separator: ",")
    #expect(findings("[\(anchors),\(aliases)]").count == 101)
    let long = String(repeating: "k", count: 100_000)
    #expect(findings("[&\(long) 1, *\(long)k]").count == 1)
  }

  @Test func tenMegabytesOfNodes() {
    let count = 10_000_000 / 4
    let (documents, diagnostics) = YAMLReader.read(
      bytes: Array(repeatElement(Array("- a\n".utf8), count: scaled(count)).joined()),
      file: "f"
    )
    #expect(diagnostics.isEmpty)
    #expect(documents.first?.items?.count == scaled(count))
  }

  @Test func largeMappingsAndLongLinesAreLinear() {
    let count = scaled(400_000)
    let entries = (0..<count).map { "\"key\($0)\":{\"v\":[\($0),true,null]}" }
    let text = "{" + entries.joined(separator: ",") + "}"
    let (documents, diagnostics) = YAMLReader.read(
      bytes: Array(text.utf8),
      file: "f",
      limits: .data
    )
    #expect(diagnostics.isEmpty)
    #expect(documents.first?.entries?.count == count)
    #expect(documents.first?.entries?.last?.value["v"]?.items?.count == 3)
  }

  private func scaled(_ count: Int) -> Int {
    #if DEBUG
    count / 10
    #else
    count
    #endif
  }
}
