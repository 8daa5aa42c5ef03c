import Testing
import YAML

@Suite struct JSONTests {
  @Test func everyKindOfValue() {
    #expect(
      dump(
        "{\"a\":\"\\/ \\u00e9 \\u0000 \\\"\\\\\\b\\f\\n\\r\\t\",\n\"b\" : [1,-2.5e+3,true,null,{},[]]}"
      ) == [
        "1:1-2:35 mapping",
        "  1:2-1:5 key 'a'",
        "  1:6-1:39 quoted '/ é \u{0} \"\\\u{8}\u{c}\n\r\t'",
        "  2:1-2:4 key 'b'",
        "  2:7-2:34 sequence",
        "    2:8-2:9 plain '1'",
        "    2:10-2:17 plain '-2.5e+3'",
        "    2:18-2:22 plain 'true'",
        "    2:23-2:27 plain 'null'",
        "    2:28-2:30 mapping",
        "    2:31-2:33 sequence",
      ]
    )
  }

  @Test func layoutsOfWhiteSpace() {
    for text in ["{\"a\":1}", "{ \"a\" : 1 }\n", "{\n\t\"a\"\t:\t1\n}\n", "\n\n{\"a\":\r\n1}"] {
      #expect(findings(text) == [])
    }
  }

  /// What JSON allows and libyaml does not is refused, never misread.
  @Test func whatIsNotTakenIsRefused() {
    let longKey = String(repeating: "k", count: 1100)
    for text in ["{\"a\"\n:1}", "{\"\(longKey)\":1}", "\"\\ud83d\\ude00\"", "[\"\u{2028}\"]"] {
      #expect(findings(text).count == 1)
      #expect(dump(text) == [])
    }
  }
}
