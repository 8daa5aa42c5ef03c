import PhysicalMemory
import Planner
import Testing

@Suite struct PlacementVerifierTests {
  private let obstacle = Obstacle(name: "o0", range: range(0x60, 0x70))
  private let sample = problem(
    [range(0, 0x80), range(0x80, 0x100)],
    request("a", 0x10, shift: 4, in: range(0, 0x100)),
    request("b", 0x10, in: range(0, 0x50), range(0x50, 0x100), boundary: 0x18),
    request("c", 0x10, in: range(0, 0x100), apart: Separation(from: ["a"], block: .bank)),
    request(
      "d",
      0x8,
      in: range(0, 0x100),
      apart: Separation(from: ["b"], block: .bytes(ByteCount(0x20)))
    ),
    obstacles: [range(0x60, 0x70)]
  )

  private func violations(
    a: UInt64 = 0,
    b: UInt64 = 0x18,
    c: UInt64 = 0x80,
    d: UInt64 = 0x40
  ) -> [PlacementViolation] {
    let regions = zip(["a", "b", "c", "d"], [a, b, c, d]).map { name, base in
      PlacedRegion(name: name, base: PhysicalAddress(base))
    }
    return PlacementVerifier.violations(of: Placement(regions), in: sample)
  }

  @Test func aGoodPlacementBreaksNothing() { #expect(violations() == []) }

  @Test func eachBrokenPromiseIsNamed() {
    #expect(violations(a: 0x8) == [.misaligned("a")])
    #expect(violations(a: 0x60) == [.onObstacle("a", obstacle)])
    #expect(violations(a: 0x100) == [.outsideBanks("a"), .outsideWindows("a")])
    #expect(violations(c: 0x78) == [.outsideBanks("c"), .together("c", "a", .bank)])
    #expect(violations(b: 0x48, d: 0x90) == [.outsideWindows("b")])
    #expect(violations(b: 0x10) == [.crossesBoundary("b")])
    #expect(violations(a: 0x20) == [.overlap("a", "b")])
    #expect(violations(c: 0x30) == [.together("c", "a", .bank)])
    #expect(violations(d: 0x28) == [.together("d", "b", .bytes(ByteCount(0x20)))])
    #expect(violations(a: .max - 0x1f) == [.outsideBanks("a"), .outsideWindows("a")])
    #expect(violations(c: .max - 0x8) == [.pastTheEnd("c")])
  }

  @Test func aPlacementHasEveryNameOnce() {
    let regions = [
      PlacedRegion(name: "a", base: PhysicalAddress(0)),
      PlacedRegion(name: "a", base: PhysicalAddress(0x30)),
      PlacedRegion(name: "b", base: PhysicalAddress(0x18)),
      PlacedRegion(name: "c", base: PhysicalAddress(0x80)),
      PlacedRegion(name: "x", base: PhysicalAddress(0x50)),
    ]
    let found = PlacementVerifier.violations(of: Placement(regions), in: sample)
    #expect(found == [.placedTwice("a"), .missing("d"), .unrequested("x")])
  }
}
