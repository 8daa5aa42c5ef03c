import PhysicalMemory
import Testing

@testable import Layout

@Suite struct LayoutDiffTests {
  private func layout(_ pools: String, reach: String = "") throws -> Layout {
    let compiled = try SampleBoard.compile(
      try SampleBoard.tree(),
      """
      dmaplan: 1
      name: sample
      why: a test
      match: {compatible: "acme,board"}
      devices:
        isp: {match: {compatible: "acme,isp"}, pools: [p]\(reach)}
        codec: {match: {compatible: "acme,codec"}, contiguous: "no"}
      pools: {\(pools)}
      """
    )
    return try #require(compiled.layout)
  }

  @Test func sameIsEmpty() throws {
    let one = try layout("p: {kind: coherent, size: 4MiB}")
    #expect(LayoutDiff(from: one, to: one).isEmpty)
  }

  @Test func regionsThatChange() throws {
    let one = try layout(
      """
      p: {kind: coherent, size: 4MiB, base: 0x5000_0000},
      q: {kind: coherent, size: 4MiB, base: 0x5800_0000},
      r: {kind: coherent, size: 4MiB, base: 0x6000_0000}
      """
    )
    let two = try layout(
      """
      p: {kind: coherent, size: 8MiB, base: 0x5100_0000},
      q: {kind: cma, size: 4MiB, base: 0x5800_0000},
      s: {kind: coherent, size: 4MiB, base: 0x6800_0000}
      """
    )
    let diff = LayoutDiff(from: one, to: two)
    #expect(diff.regions.filter { $0.name != "default-cma" }.map(\.name) == ["p", "q", "r", "s"])
    #expect(
      diff.regions.filter { $0.name != "default-cma" }.map(\.changes)
        == [[.moved, .grew], [.changed], [.disappeared], [.appeared]]
    )
    #expect(diff.devices.map(\.name) == ["isp"])
    #expect(diff.devices.first?.reasons == ["`p` has 8 MiB instead of 4 MiB"])
    let back = LayoutDiff(from: two, to: one)
    #expect(back.regions.first { $0.name == "p" }?.changes == [.moved, .shrank])
  }

  /// A move within reach is no matter for a device; one out of reach is.
  @Test func reachMatters() throws {
    let near = try layout("p: {kind: coherent, size: 4MiB, base: 0x5000_0000}")
    let moved = try layout("p: {kind: coherent, size: 4MiB, base: 0x5800_0000}")
    #expect(LayoutDiff(from: near, to: moved).devices == [])
    let narrow = try layout(
      "p: {kind: coherent, size: 4MiB, base: 0x5800_0000}",
      reach: ", reach: 0x4000_0000..0x5400_0000"
    )
    #expect(
      LayoutDiff(from: near, to: narrow).devices.first?.reasons
        == ["its reach is another", "`p` is out of its reach"]
    )
  }
}
