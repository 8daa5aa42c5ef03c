import Diagnostics
import Layout
import PhysicalMemory
import Policy
import Testing

@testable import Formats

@Suite struct MapScaleTests {
  private let sample = layout(
    [
      region("cma", .cma, range(0x4800_0000, 0x800_0000), users: ["ve"], isDefault: true),
      region("fw", .carveout, range(0x5000_0000, 0x1000)),
    ],
    devices: [codec()],
    reserved: [],
    banks: [range(0x4000_0000, 0x2000_0000)]
  )

  private func bars(_ scale: MapScale, _ decorator: Decorator = .plain) -> [String] {
    MemoryMapText.text(
      sample,
      options: MemoryMapText.Options(width: 60, scale: scale, decorator: decorator)
    ).split(separator: "\n").map { String($0) }
  }

  @Test func linearColumnsAreProportional() {
    let memory = bars(.linear)[1]
    // A quarter of the bank is the area; one page gets its column.
    let columns = memory.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
    #expect(abs(columns.count { $0 == "C" } * 4 - columns.count) <= 4)
    #expect(columns.count { $0 == "X" } == 1)
  }

  @Test func logarithmsShowSmallRegions() {
    let columns = bars(.log)[1]
    #expect(columns.count { $0 == "X" } > 5)
    #expect(columns.count { $0 == "C" } > columns.count { $0 == "X" })
  }

  @Test func allBarsHaveTheSameColumns() {
    for scale in MapScale.allCases {
      let lines = bars(scale).dropFirst().prefix(3)
      #expect(Set(lines.map(\.count)).count == 1)
      #expect(lines.allSatisfy { $0.count <= 60 })
    }
  }

  @Test func colourIsOnlyAddedAroundLetters() {
    let plain = bars(.linear)
    let colourful = bars(.linear, .ansi)
    #expect(colourful[1] != plain[1])
    var stripped = ""
    var isInside = false
    for character in colourful[1] {
      if character == "\u{1B}" { isInside = true }
      if !isInside { stripped.append(character) }
      if isInside, character == "m" { isInside = false }
    }
    #expect(stripped == plain[1])
  }

  @Test func aScaleChangesTheWidthsOfTheDrawing() {
    let linear = MemoryMapSVG.text(sample)
    #expect(linear == MemoryMapSVG.text(sample, scale: .linear))
    #expect(linear != MemoryMapSVG.text(sample, scale: .log))
  }
}
