import Formats
import TestSupport
import Testing
import YAML

@testable import LanguageServer

@Suite struct JSONTextTests {
  private func text(_ json: String) -> String? { JSONText.value(Array(json.utf8))?["a"]?.text }

  @Test(arguments: [
    (#"{"a":"\ud83d\ude00"}"#, "😀"), (#"{"a":"😀"}"#, "😀"), (#"{"a":"\ud83d"}"#, "\u{FFFD}"),
    (#"{"a":"\ude00x"}"#, "\u{FFFD}x"), (#"{"a":"\ud83d\u0041"}"#, "\u{FFFD}A"),
    (#"{"a":"\/\b\f\n\r\t\\\""}"#, "/\u{8}\u{C}\n\r\t\\\""), (#"{"a":"\u0022\u005c"}"#, "\"\\"),
    (#"{"a":"\u0000\u007f\u0085\u2028\ufeff"}"#, "\0\u{7F}\u{85}\u{2028}\u{FEFF}"),
    ("{\"a\":\"\u{7F}\u{85}\u{2028}\u{FEFF}\u{E000}\"}", "\u{7F}\u{85}\u{2028}\u{FEFF}\u{E000}"),
    ("{\n\t\"a\"\n:\n\"b\"\r\n}", "b"), (#"{"a" : "x: y # z, {"}"#, "x: y # z, {"),
    (#"{"a":-1.5e+3}"#, "-1.5e+3"), (#"{"a":true}"#, "true"),
  ])
  func textsAreTheSame(json: String, expected: String) {
    #expect(text(json) == expected)
  }

  @Test func kindsAreKept() {
    let value = JSONText.value(Array(#"{"a":"1","b":1,"c":null,"d":"null","e":[],"f":{}}"#.utf8))
    #expect(value?["a"]?.quotedText == "1" && value?["b"]?.wholeNumber == 1)
    #expect(value?["c"]?.isNull == true && value?["d"]?.quotedText == "null")
    #expect(value?["e"]?.items == [] && value?["f"]?.entries == [])
  }

  @Test(arguments: [
    "", " ", "{", "}", "{\"a\"", "[1", "{\"a\":}x", "hello", "{a: 1}", "{'a': 1}", "[yes]",
    "[1 2]", "\"\u{1}\"", "\"\\x41\"", "\"\\u12g4\"", "\"\\", "&a [1]", "# x", "--- {}", "[NaN]",
    "{} {}", "[\"a\" \"b\"]", "[1,2", "\"abc", "nulll",
  ])
  func whatIsNoJSONIsRefused(json: String) {
    #expect(JSONText.value(Array(json.utf8)) == nil)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(JSONText.value([0x22, 0xFF, 0x22]) == nil)
    #expect(JSONText.value([0x22, 0xC3]) == nil)
    #expect(JSONText.value([0x22, 0xED, 0xA0, 0x80, 0x22]) == nil)
    #expect(JSONText.value(Array(repeating: 0x5B, count: 100_000)) == nil)
  }

  /// What the project writes comes back as it was.
  @Test func ourOwnJSONIsRead() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let scalars = (0..<Int(random.next() % 12)).compactMap { _ in
        Unicode.Scalar(UInt32(random.next() % [0x80, 0x3000, 0x11_0000][Int(random.next() % 3)]))
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      let json = JSONValue.object(["a": .string(text)]).compactText
      #expect(self.text(json)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "\(json)")
    }
  }
}
