import Diagnostics

/// Findings and sources in the shape of real ones, for the golden tests.
enum Samples {
  static let file = "policies/imx8mp.yaml"
  static let dtb = "fixtures/dtb/imx8mp.dtb"

  /// Lines 12 to 17 are a pool, 30 and 31 two flags; the others are numbered comments.
  static let policy: SourceText = {
    var lines = (1...40).map { "# \($0)" }
    lines[10] = "pools:"
    lines[11] = "  camera:"
    lines[12] = "    kind: cma"
    lines[13] = "    size: 64MiB"
    lines[14] = "    base: 0x1_4000_0000"
    lines[15] = "    algnment: 2MiB"
    lines[29] = "    no-map: true"
    lines[30] = "    reusable: true"
    return SourceText(file: file, text: lines.joined(separator: "\n") + "\n")
  }()

  static func span(_ line: Int, _ columns: Range<Int>, file: String = file) -> SourceSpan {
    SourceSpan(
      file: file,
      start: SourcePosition(line: line, column: columns.lowerBound),
      end: SourcePosition(line: line, column: columns.upperBound)
    )
  }

  static func place(_ line: Int, _ columns: Range<Int>, _ text: String) -> Label {
    Label(.source(span(line, columns)), text)
  }

  static func tree(
    _ path: String,
    _ property: String?,
    _ excerpt: String,
    marking piece: String,
    _ text: String
  ) -> Label {
    let before = excerpt.split(separator: piece, maxSplits: 1).first ?? ""
    let start = excerpt.hasPrefix(piece) ? 0 : before.unicodeScalars.count
    return Label(
      .tree(
        TreeLocation(
          dtb: dtb,
          path: path,
          property: property,
          excerpt: .init(text: excerpt, marked: start..<start + piece.unicodeScalars.count)
        )
      ),
      text
    )
  }

  static let outOfReach = Diagnostic(
    "pool-out-of-reach",
    .error,
    "pool `camera` is out of reach of `/soc/isp@32e10000`",
    at: place(15, 11..<24, "starts 1 GiB above the end of the window"),
    related: [
      place(12, 3..<9, "64 MiB, used by 1 master"),
      tree(
        "/soc",
        "dma-ranges",
        "dma-ranges = <0x0 0x40000000  0x0 0x40000000  0x0 0xc0000000>;",
        marking: "0x0 0xc0000000",
        "the window is 3 GiB long"
      ),
    ],
    notes: ["bus 0x4000_0000..<0x1_0000_0000 is the same range of CPU addresses"],
    help: "move it down; 0xfc00_0000 is the highest place where 64 MiB fit",
    fix: FixIt(span: span(15, 11..<24), replacement: "0xfc00_0000", applicability: .review)
  )

  static let bothFlags = Diagnostic(
    "reusable-and-no-map",
    .error,
    "pool `video` cannot be both `no-map` and `reusable`",
    at: place(31, 5..<13, "the kernel may lend its pages out"),
    related: [place(30, 5..<11, "the kernel must not map it")],
    notes: [
      "a `shared-dma-pool` with `reusable` is a CMA area, without it a coherent pool"
    ],
    help: "keep one of the two (review: it decides what kind of pool this is)",
    fix: FixIt(
      span: SourceSpan(
        file: file,
        start: SourcePosition(line: 30, column: 1),
        end: SourcePosition(line: 31, column: 1)
      ),
      replacement: "",
      applicability: .review
    )
  )

  static let unknownKey = Diagnostic(
    "unknown-key",
    .warning,
    "a pool has no key `algnment`",
    at: place(16, 5..<13, "did you mean `alignment`?")
  )

  static let cells = Diagnostic(
    "cells-do-not-divide",
    .error,
    "`reg` of `/memory@40000000` is not a whole number of entries",
    at: tree(
      "/memory@40000000",
      "reg",
      "reg = <0x0 0x40000000 0x80000000>;",
      marking: "<0x0 0x40000000 0x80000000>",
      "3 cells, but an entry is 2 address cells + 2 size cells"
    ),
    related: [
      tree("/", "#address-cells", "#address-cells = <2>;", marking: "2", "from here"),
      tree("/", "#size-cells", "#size-cells = <2>;", marking: "2", "and here"),
    ],
    notes: ["3 checks that read this property were skipped"]
  )
}
