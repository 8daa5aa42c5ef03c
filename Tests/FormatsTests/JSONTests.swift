import Formats
import Testing
import YAML

@Suite struct JSONTests {
  @Test func textIsIndentedAndShortThingsStandOnOneLine() {
    let value: JSONValue = .object([
      "schema": .string("x/1"), "empty": .array([]), "none": .object([:]),
      "range": .object(["base": .string("0x0"), "size": .string("0x1")]),
      "list": .array([.object(["a": .number(1)]), .signed(-12), .null, .bool(false)]),
      "share": .fraction(units: -5, decimals: 2),
      "long": .strings((0..<12).map { "number \($0)" }),
    ])
    #expect(
      value.text == """
        {
          "schema": "x/1",
          "empty": [],
          "none": {},
          "range": {"base": "0x0", "size": "0x1"},
          "list": [
            {"a": 1},
            -12,
            null,
            false
          ],
          "share": -0.05,
          "long": [
            "number 0",
            "number 1",
            "number 2",
            "number 3",
            "number 4",
            "number 5",
            "number 6",
            "number 7",
            "number 8",
            "number 9",
            "number 10",
            "number 11"
          ]
        }

        """
    )
    #expect(
      JSONValue.object(["a": .array([.number(.max), .string("\"")])]).compactText
        == "{\"a\":[18446744073709551615,\"\\\"\"]}"
    )
  }

  @Test(arguments: [
    (0, 0, "0"), (0, 2, "0.00"), (95, 2, "0.95"), (100, 2, "1.00"), (-1, 1, "-0.1"),
    (Int64.min, 18, "-9.223372036854775808"),
  ])
  func fractions(_ units: Int64, _ decimals: Int, _ text: String) {
    #expect(JSONValue.fraction(units: units, decimals: decimals).compactText == text)
  }

  @Test func escapesWhatActsOrHides() {
    let text = "\u{0}\u{1b}\u{7f}\u{85}\u{200e}\u{2028}\u{2029}\u{feff}\u{ffff}\u{e9}\u{1f600}"
    #expect(
      JSONValue.string(text).compactText
        == "\"\\u0000\\u001b\\u007f\\u0085\\u200e\\u2028\\u2029\\ufeff\\uffff\u{e9}\u{1f600}\""
    )
  }

  /// Every character of the basic plane and some above, read back through YAML.
  @Test func everyCharacterIsReadBack() {
    var text = ""
    for value in Array(UInt32(0)...0xffff) + [0x1_0000, 0x1_f600, 0xe_0001, 0x10_ffff] {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    let written = JSONValue.array([.string(text)]).text
    let read = YAMLReader.read(bytes: Array(written.utf8), file: "x", limits: .data)
    #expect(read.diagnostics == [])
    let back = read.documents.first?.items?.first?.text ?? ""
    #expect(back.unicodeScalars.elementsEqual(text.unicodeScalars))
  }

  @Test func anObjectKeepsItsOrderAndEachNameOnce() {
    var object: JSONObject = ["z": .number(1), "a": .number(2)]
    object["z"] = .number(3)
    object["b"] = nil
    object["a"] = nil
    #expect(object.members.map(\.name) == ["z", "a"])
    #expect(object["z"] == .number(3))
    #expect(object["b"] == nil)
  }
}
