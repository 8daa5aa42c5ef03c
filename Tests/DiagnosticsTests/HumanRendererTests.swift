import Diagnostics
import Testing

@Suite struct HumanRendererTests {
  private let renderer = HumanRenderer(sources: [Samples.file: Samples.policy])

  @Test func yamlAndTreeInOneFinding() {
    #expect(
      renderer.render(Samples.outOfReach) == """
        error[pool-out-of-reach]: pool `camera` is out of reach of `/soc/isp@32e10000`
          --> policies/imx8mp.yaml:15:11
           |
        12 |   camera:
           |   ------ 64 MiB, used by 1 master
          ...
        15 |     base: 0x1_4000_0000
           |           ^^^^^^^^^^^^^ starts 1 GiB above the end of the window
           |
          --> fixtures/dtb/imx8mp.dtb:/soc
           |
           | dma-ranges = <0x0 0x40000000  0x0 0x40000000  0x0 0xc0000000>;
           |                                               -------------- the window is 3 GiB long
           |
           = note: bus 0x4000_0000..<0x1_0000_0000 is the same range of CPU addresses
           = help: move it down; 0xfc00_0000 is the highest place where 64 MiB fit (review: `check --fix`
                   leaves it to you)
           |
        15 -     base: 0x1_4000_0000
        15 +     base: 0xfc00_0000

        """
    )
  }

  @Test func neighbouringLinesAndARemovedLine() {
    #expect(
      renderer.render(Samples.bothFlags) == """
        error[reusable-and-no-map]: pool `video` cannot be both `no-map` and `reusable`
          --> policies/imx8mp.yaml:31:5
           |
        30 |     no-map: true
           |     ------ the kernel must not map it
        31 |     reusable: true
           |     ^^^^^^^^ the kernel may lend its pages out
           |
           = note: a `shared-dma-pool` with `reusable` is a CMA area, without it a coherent pool
           = help: keep one of the two (review: it decides what kind of pool this is)
           |
        30 -     no-map: true

        """
    )
  }

  @Test func severalFindingsHaveAnEmptyLineBetween() {
    let expected = """
      warning[unknown-key]: a pool has no key `algnment`
        --> policies/imx8mp.yaml:16:5
         |
      16 |     algnment: 2MiB
         |     ^^^^^^^^ did you mean `alignment`?

      """
    #expect(renderer.render([]) == "")
    #expect(renderer.render([Samples.unknownKey]) == expected)
    #expect(
      renderer.render([Samples.unknownKey, Samples.unknownKey]) == expected + "\n" + expected
    )
  }

  @Test func twoPropertiesOfOneNode() {
    let broken = "fixtures/dtb/imx8mp.dtb"
    #expect(
      renderer.render(Samples.cells) == """
        error[cells-do-not-divide]: `reg` of `/memory@40000000` is not a whole number of entries
          --> \(broken):/memory@40000000
           |
           | reg = <0x0 0x40000000 0x80000000>;
           |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ 3 cells, but an entry is 2 address cells + 2 size cells
           |
          --> \(broken):/
           |
           | #address-cells = <2>;
           |                   - from here
           | #size-cells = <2>;
           |                - and here
           |
           = note: 3 checks that read this property were skipped

        """
    )
  }

  @Test func theSameInColour() {
    let red = "\u{1B}[1;31m"
    let blue = "\u{1B}[1;34m"
    let bold = "\u{1B}[1m"
    let end = "\u{1B}[0m"
    let ansi = HumanRenderer(sources: [Samples.file: Samples.policy], decorator: .ansi)
    let finding = Diagnostic(
      "regions-overlap",
      .error,
      "two",
      at: Samples.place(15, 11..<24, "a"),
      related: [Samples.place(14, 5..<9, "b")],
      notes: ["n"],
      fix: FixIt(span: Samples.span(15, 11..<24), replacement: "1", applicability: .safe)
    )
    #expect(
      ansi.render(finding) == """
        \(red)error[regions-overlap]\(end)\(bold): two\(end)
        \(blue)  -->\(end) policies/imx8mp.yaml:15:11
        \(blue)   |\(end)
        \(blue)14 |\(end)     size: 64MiB
        \(blue)   |\(end)     \(blue)---- b\(end)
        \(blue)15 |\(end)     base: 0x1_4000_0000
        \(blue)   |\(end)           \(red)^^^^^^^^^^^^^ a\(end)
        \(blue)   |\(end)
        \(blue)   =\(end) \(bold)note:\(end) n
        \(blue)   =\(end) \(bold)fix:\(end) safe: `check --fix` does it
        \(blue)   |\(end)
        \(blue)15\(end) \u{1B}[31m-     base: 0x1_4000_0000\(end)
        \(blue)15\(end) \u{1B}[32m+     base: 1\(end)

        """
    )
    var stripped = ansi.render([finding, Samples.outOfReach])
    for code in [red, blue, bold, end, "\u{1B}[31m", "\u{1B}[32m"] {
      stripped = stripped.split(separator: code, omittingEmptySubsequences: false).joined()
    }
    #expect(stripped == renderer.render([finding, Samples.outOfReach]))
  }

  @Test func labelsOfOneLineStandBelowEachOther() {
    let text = SourceText(file: "a.yaml", text: "{compatible: allwinner,sun7i-a20}")
    let finding = Diagnostic(
      "value-missing",
      .error,
      "`sun7i-a20` is a key without a value",
      at: Label(.source(Samples.span(1, 24..<33, file: "a.yaml")), "a key of its own"),
      related: [
        Label(.source(Samples.span(1, 14..<23, file: "a.yaml")), "the comma ends this value")
      ],
      variant: "1g"
    )
    #expect(
      HumanRenderer(sources: ["a.yaml": text]).render(finding) == """
        error[value-missing]: `sun7i-a20` is a key without a value
          --> a.yaml:1:24
           |
         1 | {compatible: allwinner,sun7i-a20}
           |              --------- the comma ends this value
           |                        ^^^^^^^^^ a key of its own
           |
           = note: found in variant `1g`

        """
    )
  }

  @Test func placesWithoutASnippet() {
    let finding = Diagnostic(
      "x",
      .note,
      "m",
      at: Label(.input("board.dtb"), "not a devicetree"),
      related: [
        Samples.place(3, 1..<2, "said here"),
        Label(.tree(TreeLocation(dtb: "b.dtb", path: "/soc/isp@3", property: "reg")), "this"),
        Label(.tree(TreeLocation(dtb: "b.dtb", path: "/soc/isp@3")), "that"),
        Label(.tree(TreeLocation(dtb: "b.dtb", path: "/")), "root"),
      ]
    )
    #expect(
      HumanRenderer().render(finding) == """
        note[x]: m
          --> board.dtb
           |
           | not a devicetree
           |
          --> policies/imx8mp.yaml:3:1
           |
           | line 3: said here
           |
          --> b.dtb:/soc/isp@3
           |
           | reg
           | --- this
           | isp@3 { ... };
           | ----- that
           |
          --> b.dtb:/
           |
           | / { ... };
           | - root

        """
    )
  }

  @Test func marksStandUnderWideCharactersAndTabs() {
    let text = SourceText(file: "w", text: "\t漢字: e\u{301}😀x # \u{202E}\u{1B}[2J\n")
    func label(_ columns: Range<Int>, _ text: String) -> Label {
      Label(.source(Samples.span(1, columns, file: "w")), text)
    }
    let finding = Diagnostic(
      "x",
      .error,
      "m",
      at: label(9..<10, "x"),
      related: [
        label(2..<4, "key"), label(6..<8, "e"), label(13..<14, "bidi"), label(60..<60, "end"),
      ]
    )
    #expect(
      HumanRenderer(sources: ["w": text]).render(finding)
        == """
        error[x]: m
          --> w:1:9
           |
         1 |     漢字: e\u{301}😀x # \\u{202E}\\u{1B}[2J
           |     ---- key
           |           - e
           |              ^ x
           |                  -------- bidi
           |                                   - end

        """
    )
  }
}
