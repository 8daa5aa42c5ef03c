import Foundation
import Layout
import PhysicalMemory
import Policy
import Testing

@testable import Formats

@Suite struct MemoryMapTests {
  private let sample = layout(
    [
      region(
        "cma",
        .cma,
        range(0x4a00_0000, 0x600_0000),
        users: ["ve", "display"],
        isDefault: true
      ),
      region("fw", .carveout, range(0x5000_0000, 0x1000)),
      region("low", .carveout, range(0x1000, 0x1000)),
    ],
    devices: [codec(), codec("heap", path: nil)],
    reserved: [TakenRange(owner: "kernel", range: range(0x4001_0000, 0x1ff_0000))],
    banks: [range(0x4000_0000, 0x4000_0000), range(0x1_8000_0000, 0x1000_0000)]
  )

  @Test func textListsRowsAndGaps() {
    let options = MemoryMapText.Options(showsZones: true, showsReach: true)
    #expect(
      MemoryMapText.text(sample, options: options) == """
        RAM 0x4000_0000..<0x8000_0000, 1 GiB
            0x4000_0000..<  0x4001_0000    64 KiB  free
            0x4001_0000..<  0x4200_0000  31.9 MiB  kernel
            0x4200_0000..<  0x4a00_0000   128 MiB  free
            0x4a00_0000..<  0x5000_0000    96 MiB  cma (default CMA area): ve, display
            0x5000_0000..<  0x5000_1000     4 KiB  fw (carve-out)
            0x5000_1000..<  0x8000_0000 768.0 MiB  free
        RAM 0x1_8000_0000..<0x1_9000_0000, 256 MiB
          0x1_8000_0000..<0x1_9000_0000   256 MiB  free
        outside of RAM
                 0x1000..<       0x2000     4 KiB  low (carve-out)
        zones
          0x4000_0000..<0x8000_0000  DMA
        reach over 0x4000_0000..<0x1_9000_0000, 75.7 MiB a column
          ve   [###+..........                                                     ....]
          heap [###+..........                                                     ....]

        """
    )
  }

  @Test func noLineIsLongerThanTheWidth() {
    let long = String(repeating: "x", count: 300) + "\u{1b}[31m\n"
    let odd = layout(
      [region(long, .cma, range(0x4000_0000, 0x1000), users: [long])],
      devices: [codec(long)],
      reserved: [TakenRange(owner: long, range: range(0, 5))]
    )
    for width in [0, 60, 80, 133] {
      let options = MemoryMapText.Options(width: width, showsZones: true, showsReach: true)
      let text = MemoryMapText.text(odd, options: options)
      let lines = text.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= max(60, width) })
      #expect(lines.count == 9)
      #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20..<0x7f).contains($0) })
    }
    let whole = MemoryMapText.Options(showsZones: true, showsReach: true)
    #expect(MemoryMapText.text(fullLayout, options: whole).split(separator: "\n").count == 14)
    #expect(MemoryMapText.text(layout([], banks: [])) == "no RAM is known\n")
  }

  @Test func overlapsAreMarked() {
    let both = layout([
      region("a", .carveout, range(0x4000_0000, 0x2000)),
      region("b", .carveout, range(0x4000_1000, 0x2000)),
    ])
    let lines = MemoryMapText.text(both).split(separator: "\n")
    #expect(lines[1].hasPrefix("  0x4000_0000"))
    #expect(lines[2].hasPrefix("! 0x4000_1000"))
    #expect(lines[3].contains("0x4000_3000..<0x8000_0000"))
  }

  @Test func rowsFillEachBank() {
    for bank in MemoryMap(fullLayout).banks {
      var end = bank.range.start
      for row in bank.rows {
        #expect(row.range.start == end)
        end = row.range.end
      }
      #expect(end == bank.range.end)
    }
  }

  @Test func widthsFillTheBarAndShowEveryPart() {
    let giant = ByteCount(.max)
    for sizes in [
      [ByteCount(1)], [.zero], [.zero, .zero], [.mib(1), .gib(4), ByteCount(1)],
      [giant, giant, .mib(1)],
      [ByteCount](repeating: .mib(3), count: 7), [ByteCount](repeating: .mib(1), count: 500),
      [.kib(4)] + [ByteCount](repeating: .mib(1), count: 300) + [.gib(1)],
    ] {
      let widths = MemoryMapSVG.widths(sizes, total: 960, least: 4)
      #expect(widths.reduce(0, +) == 960)
      let least = min(4, 960 / UInt64(sizes.count))
      #expect(widths.allSatisfy { $0 >= least })
    }
    #expect(MemoryMapSVG.widths([.mib(1), .mib(3)], total: 960, least: 4) == [240, 720])
    #expect(MemoryMapSVG.widths([], total: 960, least: 4) == [])
  }

  @Test func drawingIsXMLWhateverNamesHold() throws {
    let evil = "</title><script>&\"'\u{0}\u{ffff}\u{202e}"
    let odd = layout(
      [region(evil, .cma, range(0x4000_0000, 0x1000_0000), users: [evil])],
      compatible: [evil]
    )
    let text = MemoryMapSVG.text(odd)
    #expect(!text.contains("<script>"))
    #expect(text.contains("&lt;script&gt;"))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    for drawing in [text, MemoryMapSVG.text(sample), MemoryMapSVG.text(layout([], banks: []))] {
      try expectBalanced(drawing)
    }
  }

  @Test func everyPartHasTitleAndDescription() {
    let text = MemoryMapSVG.text(sample)
    #expect(text.contains("<title>cma</title>"))
    #expect(
      text.contains(
        "<desc>default CMA area, 0x4a00_0000..&lt;0x5000_0000, 96 MiB, used by ve, display</desc>"
      )
    )
    #expect(text.components(separatedBy: "<g>").count == 8)
  }

  /// Every element that is opened is closed, in order.
  private func expectBalanced(_ text: String) throws {
    var open: [Substring] = []
    for piece in text.split(separator: "<") {
      let tag = try #require(piece.firstIndex(of: ">").map { piece[..<$0] })
      if tag.hasPrefix("/") {
        #expect(open.popLast() == tag.dropFirst())
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
    }
    #expect(text.first == "<" && open.isEmpty)
  }
}
