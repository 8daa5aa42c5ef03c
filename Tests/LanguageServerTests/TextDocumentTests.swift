import Diagnostics
import Formats
import TestSupport
import Testing
import YAML

@testable import LanguageServer

@Suite struct TextDocumentTests {
  private func document(_ text: String) -> TextDocument {
    TextDocument(uri: "file:///a.yaml", version: 1, text: text)
  }

  private func changes(_ json: String) -> [YAMLNode] {
    JSONText.value(Array(json.utf8))?.items ?? []
  }

  private func change(_ start: (Int, Int), _ end: (Int, Int), _ text: String) -> String {
    "[{\"range\":{\"start\":{\"line\":\(start.0),\"character\":\(start.1)},"
      + "\"end\":{\"line\":\(end.0),\"character\":\(end.1)}},\"text\":\"\(text)\"}]"
  }

  /// U+1F600 is two units of UTF-16 and four bytes, U+00E9 one unit and two bytes.
  @Test func charactersAreCountedAsTheClientCounts() {
    let text = document("a😀é: x\r\n😀\r\n")
    let places: [(Int, Int, Int)] = [(0, 0, 0), (1, 1, 1), (3, 5, 5), (4, 7, 7), (5, 8, 8)]
    for (utf16, utf8, offset) in places {
      #expect(text.offset(of: TextPosition(line: 0, character: utf16), .utf16) == offset)
      #expect(text.offset(of: TextPosition(line: 0, character: utf8), .utf8) == offset)
      #expect(text.position(ofOffset: offset, .utf16) == TextPosition(line: 0, character: utf16))
      #expect(text.position(ofOffset: offset, .utf8) == TextPosition(line: 0, character: utf8))
    }
    #expect(text.lineCount == 3)
  }

  /// The middle of a character is its beginning, behind a line is its end, behind the text is its end.
  @Test func placesThatAreNoneAreMoved() {
    let text = document("a😀\nb")
    #expect(text.offset(of: TextPosition(line: 0, character: 2), .utf16) == 1)
    for character in 2...4 {
      #expect(text.offset(of: TextPosition(line: 0, character: character), .utf8) == 1)
    }
    #expect(text.offset(of: TextPosition(line: 0, character: 99), .utf16) == 5)
    #expect(text.offset(of: TextPosition(line: 9, character: 0), .utf16) == 7)
    #expect(text.position(ofOffset: 99, .utf16) == TextPosition(line: 1, character: 1))
    #expect(document("").offset(of: TextPosition(line: 0, character: 5), .utf16) == 0)
  }

  @Test func columnsOfFindingsAreScalars() {
    let text = document("\u{FEFF}é😀x\ny")
    let start = text.offset(of: SourcePosition(line: 1, column: 3))
    #expect(text.position(ofOffset: start, .utf16) == TextPosition(line: 0, character: 4))
    #expect(text.offset(of: SourcePosition(line: 1, column: 99)) == 10)
    #expect(text.offset(of: SourcePosition(line: 2, column: 2)) == text.bytes.count)
    #expect(text.offset(of: SourcePosition(line: 0, column: 0)) == 3)
    #expect(text.offset(of: SourcePosition(line: 7, column: 1)) == text.bytes.count)
  }

  @Test func piecesAreReplaced() {
    var text = document("one\ntwo 😀 three\n")
    text.apply(changes(change((1, 4), (1, 6), "-")), version: 2, .utf16)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "one\ntwo - three\n")
    text.apply(changes(change((0, 3), (1, 3), "")), version: 3, .utf16)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "one - three\n")
    text.apply(changes("[{\"text\":\"all\"}]"), version: nil, .utf16)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "all" && text.version == 3)
    text.apply(changes(change((5, 5), (0, 1), "!")), version: 4, .utf16)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "all!")
    text.apply(changes("[{},{\"text\":1},[],{\"range\":{},\"text\":\"x\"}]"), version: 5, .utf16)
    #expect(String(decoding: text.bytes, as: UTF8.self) == "x")
  }

  /// A thousand edits at random places leave what the same edits leave in a list of characters.
  @Test func editsAddUp() {
    var random = SeededGenerator(seed: 21)
    var text = document("")
    var model: [Unicode.Scalar] = []
    let letters: [Unicode.Scalar] = ["a", "é", "😀", "\n", " "]
    for version in 0..<1000 {
      let start = Int(random.next() % UInt64(model.count + 1))
      let end = min(model.count, start + Int(random.next() % 4))
      let new = (0..<Int(random.next() % 4)).map { _ in letters[Int(random.next() % 5)] }
      func place(_ index: Int) -> (Int, Int) {
        let before = model[..<index]
        let line = before.count { $0 == "\n" }
        let rest = before.suffix(from: before.lastIndex(of: "\n").map { $0 + 1 } ?? 0)
        return (line, rest.reduce(0) { $0 + ($1.value > 0xFFFF ? 2 : 1) })
      }
      var inserted = ""
      for scalar in new { inserted += scalar == "\n" ? "\\n" : String(Character(scalar)) }
      let encoded = change(place(start), place(end), inserted)
      text.apply(changes(encoded), version: Int64(version), .utf16)
      model.replaceSubrange(start..<end, with: new)
      #expect(String(decoding: text.bytes, as: UTF8.self).unicodeScalars.elementsEqual(model))
    }
  }

  @Test(arguments: [
    ("file:///a/b%20c/%C3%A9.yaml", "/a/b c/é.yaml"), ("FILE:///a/./b/../c", "/a/c"),
    ("file://localhost/a", "/a"), ("file:///a%2fb", "/a/b"),
  ])
  func filesHavePaths(uri: String, path: String) {
    #expect(DocumentURI.path(of: uri) == path)
  }

  @Test(arguments: [
    "untitled:Untitled-1", "file://server/share", "file:///%zz", "file:///%00", "file:///%ff", "",
    "file://", "http:///a",
  ])
  func otherURIsHaveNone(uri: String) {
    #expect(DocumentURI.path(of: uri) == nil)
  }

  @Test func pathsComeBackFromTheirURIs() {
    for path in ["/", "/a b/é#?%&.yaml", "/work/linux,cma/x@1.yaml"] {
      #expect(DocumentURI.path(of: FileURI.text(ofPath: path)) == path)
    }
    #expect(DocumentURI.resolved("../x.dtb", in: "/a/b") == "/a/x.dtb")
    #expect(DocumentURI.resolved("/x.dtb", in: "/a/b") == "/x.dtb")
    #expect(DocumentURI.folder(of: "/a/b.yaml") == "/a" && DocumentURI.folder(of: "/b") == "/")
  }
}
