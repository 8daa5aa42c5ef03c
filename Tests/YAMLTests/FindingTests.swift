import Diagnostics
import Testing
import YAML

@Suite struct FindingTests {
  @Test func aCommaInAPlainScalar() throws {
    #expect(
      findings("{compatible: allwinner,sun7i-a20}") == [
        "1:24-1:33 value-missing: `sun7i-a20` is a key without a value"
          + " | 1:14-1:23 the comma ends this value"
          + " | help: quote the scalar: `\"allwinner,sun7i-a20\"`"
      ]
    )
    let (documents, diagnostics) = YAMLReader.read(
      bytes: Array("m: {compatible: a,b,c, d: e,f, g: h}".utf8),
      file: "f"
    )
    #expect(diagnostics.map(\.fix?.replacement) == ["\"a,b,c\"", "\"e,f\""])
    let mapping = try #require(documents.first?["m"])
    #expect(mapping.entries?.map(\.name) == ["compatible", "d", "g"])
    #expect(mapping.entries?.map(\.value.text) == ["a,b,c", "e,f", "h"])
    #expect(findings("a: b,c") == [])
  }

  @Test func missingValues() {
    let help = " | help: write a value, or `null` to remove the key"
    let flow = help + "; a scalar that holds a comma needs quotes here"
    #expect(findings("a:\nb: 1\n") == ["1:1-1:2 value-missing: `a` has no value" + help])
    #expect(findings("{a: , b: 1}") == ["1:2-1:3 value-missing: `a` has no value" + flow])
    #expect(findings("{a: b,c: }") == ["1:7-1:8 value-missing: `c` has no value" + flow])
    #expect(findings("{a: x, b}") == ["1:8-1:9 value-missing: `b` has no value" + flow])
    #expect(findings("a: ''\nb: null\nc: ~") == [])
    #expect(dump("a:\nb: 1")[2] == "  1:3-1:3 missing")
    #expect(findings("- \n- x").count == 1)
    #expect(findings("---\n---\na: 1").count == 1)
    #expect(dump("---\n---\na: 1").first == "3:1-3:5 mapping")
    #expect(findings("a: &x\nb: *x").count == 1)
  }

  @Test func duplicateKeys() {
    #expect(
      findings("a: 1\nb: {c: 1, 'c': 2}\na: 3\n") == [
        "2:11-2:14 duplicate-key: the key `c` stands twice in one mapping | 2:5-2:6 the first"
          + " | help: keep one of them",
        "3:1-3:2 duplicate-key: the key `a` stands twice in one mapping | 1:1-1:2 the first"
          + " | help: keep one of them",
      ]
    )
    #expect(dump("a: 1\na: 2")[2...] == ["  1:4-1:5 plain '1'"])
  }

  @Test func duplicateKeysInMappingsOfAnySize() {
    for size in 1...20 {
      for twice in 0..<size {
        var keys = (0..<size).map { "k\($0): 1" }
        keys.append("k\(twice): 2")
        let found = findings(keys.joined(separator: "\n"))
        #expect(found.count == 1)
        #expect(found.first?.contains("\(twice + 1):1-") == true)
      }
    }
  }

  @Test func tabs() {
    for text in ["a:\n\tb: 1\n", "a: x\n\t- b\n", "a: |\n\tx\n", "a:\n  \tb: 1\n", "\t{}"] {
      let found = findings(text)
      #expect(found.count == 1)
      #expect(found.first?.contains("yaml-syntax: a tab indents this line") == true, "\(text)")
    }
    #expect(findings("{\n\t\"a\": [\n\t\t1\n\t]\n}\n") == [])
  }

  @Test(arguments: [
    ("a:1\nb: 2\n", "2:2-2:3", "put a space after the colon of line 1"),
    ("a: \"x\n", "2:1-2:2", "close the quote that opens at 1:4"),
    ("a: [1, 2\nb: 3\n", "2:2-2:3", "close the `[` at 1:4, or separate its items with commas"),
    ("{a: [1]", "1:8-1:9", "close the `{` at 1:1, or separate its entries with commas"),
    ("[", "1:2-1:3", "close the `[` at 1:1, or separate its items with commas"),
    ("[a, , b]", "1:5-1:6", "remove the extra comma"),
    ("{: x}", "1:2-1:3", "write the key"),
    ("a: b: c", "1:5-1:6", "quote a text that holds a colon and a space"),
    ("a: @x", "1:4-1:5", "quote a text that begins with `@`"),
    ("a: 'it's'", "1:8-1:9", "write `''` for a quote inside single quotes"),
    ("a: \"\\q\"", "1:5-1:6", "write `\\\\` for a backslash, or use single quotes"),
    ("- a\nb: 1", "2:1-2:2", "indent line 2 like line 1"),
    ("a: [x]]", "1:7-1:8", "remove what stands behind `]`, or quote the whole value"),
    ("a: 1\nfoo\nb: 1", "3:1-3:2", "write `key: value` in line 2"),
    ("\"\\ud83d\\ude00\"", "1:4-1:5", "write `\\U0001F600`, or the character itself"),
  ])
  func syntaxFaultsComeWithHelp(text: String, place: String, help: String) {
    let found = findings(text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("\(place) yaml-syntax: ") == true, "\(found)")
    #expect(found.first?.hasSuffix(" | help: \(help)") == true, "\(found)")
  }

  @Test func documentsBeforeASyntaxFaultStay() {
    #expect(dump("a: 1\n---\nb: [\n").first == "1:1-1:5 mapping")
    #expect(dump("a:1\nb: 2\n") == [])
  }

  @Test func aliasesAndTagsAndKeys() {
    #expect(
      findings("a: &foo 1\nb: *fo") == [
        "2:4-2:7 yaml-alias: no anchor `fo` before here | help: write `*foo`"
      ]
    )
    #expect(
      findings("a: &q [*q]") == [
        "1:8-1:10 yaml-alias: alias `q` stands inside its own anchor | help: write the value itself"
      ]
    )
    #expect(findings("&q 1\n---\n*q").first?.contains("yaml-alias") == true)
    #expect(findings("a: !foo x").first?.contains("yaml-tag: the tag `!foo`") == true)
    #expect(findings("a: !!set {}").first?.contains("yaml-tag: the tag `!!set`") == true)
    #expect(findings("[a]: b").first?.hasPrefix("1:1-1:4 yaml-key") == true)
  }

  @Test func encodings() {
    func first(_ bytes: [UInt8]) -> String {
      let found = findings(bytes)
      #expect(found.count == 1)
      return found.first.map { String($0.prefix { $0 != "|" }) } ?? ""
    }
    let abc = Array("a: b\nc: ".utf8)
    #expect(
      first([0xFF, 0xFE, 0x61, 0]) == "1:1-1:2 yaml-encoding: the file is UTF-16, not UTF-8 "
    )
    #expect(first([0x61, 0, 0x3A, 0]) == "1:1-1:2 yaml-encoding: the file is UTF-16, not UTF-8 ")
    #expect(first(abc + [0]) == "2:4-2:5 yaml-encoding: a NUL byte is not text ")
    for bad: [UInt8] in [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3, 0x41],
    ] {
      #expect(first(abc + bad) == "2:4-2:5 yaml-encoding: the bytes here are not UTF-8 ", "\(bad)")
    }
    #expect(
      first(abc + [0x1B]) == "2:4-2:5 yaml-encoding: the character U+001B is not allowed in YAML "
    )
    #expect(first(abc + Array("\u{2028}".utf8)).contains("U+2028 ends a line in YAML 1.1"))
    #expect(findings("ß: \u{10FFFF}\u{D7FF}\u{E000}\u{A0}") == [])
  }
}
