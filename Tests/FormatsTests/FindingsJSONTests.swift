import Diagnostics
import Formats
import Testing

@Suite struct FindingsJSONTests {
  private func span(_ line: Int) -> SourceSpan {
    SourceSpan(
      file: "policy.yaml",
      start: SourcePosition(line: line, column: 3),
      end: SourcePosition(line: line, column: 9)
    )
  }

  private var inTree: Diagnostic {
    Diagnostic(
      "regions-overlap",
      .error,
      "`a` and `b` overlap",
      at: Label(
        .tree(TreeLocation(dtb: "b.dtb", path: "/reserved-memory/a", property: "reg")),
        "1 MiB"
      ),
      related: [
        Label(.tree(TreeLocation(dtb: "b.dtb", path: "/reserved-memory/b")), "the other"),
        Label(.source(span(4)), "asked for here"),
      ],
      notes: ["OVERLAP DETECTED!"],
      help: "move `b`",
      fix: FixIt(span: span(4), replacement: "0x1000", applicability: .review),
      variant: "1g"
    )
  }

  private var plain: Diagnostic {
    Diagnostic("unreadable", .note, "no", at: Label(.input("--cmdline"), "here"))
  }

  @Test func absentThingsAreLeftOut() throws {
    let value = FindingsJSON.value([
      .init(board: "acme,board", dtb: "b.dtb", findings: [inTree]),
      .init(board: "", dtb: nil, findings: [plain]),
    ])
    let prints = [
      FindingsJSON.fingerprint(of: inTree, board: "acme,board"),
      FindingsJSON.fingerprint(of: plain, board: ""),
    ]
    #expect(
      value.text == """
        {
          "schema": "dmaplan-findings/1",
          "findings": [
            {
              "rule": "regions-overlap",
              "severity": "error",
              "message": "`a` and `b` overlap",
              "dtb": "b.dtb",
              "node": "/reserved-memory/a",
              "property": "reg",
              "label": "1 MiB",
              "related": [
                {"dtb": "b.dtb", "node": "/reserved-memory/b", "label": "the other"},
                {
                  "file": "policy.yaml",
                  "line": 4,
                  "column": 3,
                  "endLine": 4,
                  "endColumn": 9,
                  "label": "asked for here"
                }
              ],
              "notes": ["OVERLAP DETECTED!"],
              "help": "move `b`",
              "fix": {
                "file": "policy.yaml",
                "line": 4,
                "column": 3,
                "endLine": 4,
                "endColumn": 9,
                "replacement": "0x1000",
                "applicability": "review"
              },
              "variant": "1g",
              "fingerprint": "\(prints[0])"
            },
            {
              "rule": "unreadable",
              "severity": "note",
              "message": "no",
              "file": "--cmdline",
              "label": "here",
              "fingerprint": "\(prints[1])"
            }
          ]
        }

        """
    )
    let back = FindingsJSON.fingerprints(bytes: Array(value.text.utf8), file: "base.json")
    #expect(back.diagnostics == [])
    #expect(back.fingerprints == Set(prints))
  }

  @Test func fingerprintsTellBoardsApartButNotLines() {
    let moved = Diagnostic(
      inTree.rule,
      .error,
      inTree.message,
      at: inTree.primary,
      related: [inTree.related[0], Label(.source(span(40)), "asked for here")]
    )
    let first = FindingsJSON.fingerprint(of: inTree, board: "acme,board")
    #expect(FindingsJSON.fingerprint(of: moved, board: "acme,board") == first)
    #expect(FindingsJSON.fingerprint(of: inTree, board: "acme,other") != first)
    #expect(first.count == 64)
  }

  @Test func aBaselineThatIsNoneIsAFinding() {
    for text in ["", "[]", "{\"schema\": \"dmaplan-layout/1\"}", "{\"schema\"", "\u{0}"] {
      let back = FindingsJSON.fingerprints(bytes: Array(text.utf8), file: "base.json")
      #expect(back.fingerprints == [])
      #expect(back.diagnostics.count == 1, "\(text)")
    }
  }
}
