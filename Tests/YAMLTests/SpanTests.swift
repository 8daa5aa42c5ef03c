import Testing
import YAML

@Suite struct SpanTests {
  @Test func blockStyle() {
    let text = """
      a: 1
      b:
        - x
        - y: 'q'
          z: "w\\n"

      c: |
        one
        two
      e: last

      # end
      """
    #expect(
      dump(text) == [
        "1:1-10:8 mapping",
        "  1:1-1:2 key 'a'",
        "  1:4-1:5 plain '1'",
        "  2:1-2:2 key 'b'",
        "  3:3-5:13 sequence",
        "    3:5-3:6 plain 'x'",
        "    4:5-5:13 mapping",
        "      4:5-4:6 key 'y'",
        "      4:8-4:11 quoted 'q'",
        "      5:5-5:6 key 'z'",
        "      5:8-5:13 quoted 'w\n'",
        "  7:1-7:2 key 'c'",
        "  7:4-10:1 block 'one\ntwo\n'",
        "  10:1-10:2 key 'e'",
        "  10:4-10:8 plain 'last'",
      ]
    )
  }

  @Test func flowStyle() {
    #expect(
      dump("{a: [1, 2],\n b: {c: d} }\n") == [
        "1:1-2:13 mapping",
        "  1:2-1:3 key 'a'",
        "  1:5-1:11 sequence",
        "    1:6-1:7 plain '1'",
        "    1:9-1:10 plain '2'",
        "  2:2-2:3 key 'b'",
        "  2:5-2:11 mapping",
        "    2:6-2:7 key 'c'",
        "    2:9-2:10 plain 'd'",
      ]
    )
  }

  @Test func scalarsOverSeveralLines() {
    #expect(
      dump("a: two\n  lines\nb: \"x\n  y\"\nc: >-\n  fold\n  ed\n") == [
        "1:1-8:1 mapping",
        "  1:1-1:2 key 'a'",
        "  1:4-2:8 plain 'two lines'",
        "  3:1-3:2 key 'b'",
        "  3:4-4:5 quoted 'x y'",
        "  5:1-5:2 key 'c'",
        "  5:4-8:1 block 'fold ed'",
      ]
    )
  }

  @Test func columnsCountScalars() {
    #expect(
      dump("ä: 😀x\nb: [é, e\u{301}]\n") == [
        "1:1-2:11 mapping",
        "  1:1-1:2 key 'ä'",
        "  1:4-1:6 plain '😀x'",
        "  2:1-2:2 key 'b'",
        "  2:4-2:11 sequence",
        "    2:5-2:6 plain 'é'",
        "    2:8-2:10 plain 'e\u{301}'",
      ]
    )
  }

  @Test func lineEndsAndByteOrderMark() {
    let expected = [
      "1:1-2:5 mapping", "  1:1-1:2 key 'a'", "  1:4-1:5 plain '1'", "  2:1-2:2 key 'b'",
      "  2:4-2:5 plain '2'",
    ]
    for text in ["a: 1\nb: 2\n", "a: 1\r\nb: 2\r\n", "a: 1\rb: 2", "\u{FEFF}a: 1\nb: 2"] {
      #expect(dump(text) == expected)
    }
  }

  @Test func anAliasHasItsOwnPlaceAndTheContentOfItsAnchor() {
    #expect(
      dump("a: &x {k: v}\nb: *x\nc: [&y s, *y]\n") == [
        "1:1-3:14 mapping",
        "  1:1-1:2 key 'a'",
        "  1:4-1:13 mapping",
        "    1:8-1:9 key 'k'",
        "    1:11-1:12 plain 'v'",
        "  2:1-2:2 key 'b'",
        "  2:4-2:6 mapping",
        "    1:8-1:9 key 'k'",
        "    1:11-1:12 plain 'v'",
        "  3:1-3:2 key 'c'",
        "  3:4-3:14 sequence",
        "    3:5-3:9 plain 's'",
        "    3:11-3:13 plain 's'",
      ]
    )
  }

  @Test func coreTagsSayWhatIsText() {
    #expect(
      dump("[!!str 12, !!int \"3\", ! x, !!map {}, !!seq []]") == [
        "1:1-1:47 sequence", "  1:2-1:10 quoted '12'", "  1:12-1:21 plain '3'",
        "  1:23-1:26 quoted 'x'", "  1:28-1:36 mapping", "  1:38-1:46 sequence",
      ]
    )
  }

  @Test func documentsAreSeparate() {
    #expect(
      dump("a: 1\n---\n- b\n...\n# nothing\n") == [
        "1:1-1:5 mapping", "  1:1-1:2 key 'a'", "  1:4-1:5 plain '1'", "3:1-3:4 sequence",
        "  3:3-3:4 plain 'b'",
      ]
    )
    #expect(dump("") == [])
    #expect(dump("# only\n") == [])
  }

  @Test func lookup() {
    let root = YAMLReader.read(bytes: Array("a: {b: [null, 'null']}".utf8), file: "f").documents[0]
    #expect(root["a"]?["b"]?.items?.map(\.isNull) == [true, false])
    #expect(root["c"] == nil)
    #expect(root.entries?.map(\.name) == ["a"])
  }
}
