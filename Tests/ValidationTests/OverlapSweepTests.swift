import PhysicalMemory
import TestSupport
import Testing

@testable import Validation

/// The sweep against all pairs.
struct OverlapSweepTests {
  @Test func findsThePairsThatAllPairsHave() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let ranges = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
        PhysicalRange(
          start: PhysicalAddress(.random(in: 0..<12, using: &generator)),
          saturating: ByteCount(.random(in: 0..<5, using: &generator))
        )
      }
      let concerns = { (first: Int, second: Int) in (first + second) % 3 > 0 }
      let found = OverlapSweep.pairs(ranges, where: concerns)
      var all: Set<[Int]> = []
      for first in ranges.indices {
        for second in ranges.indices.dropFirst(first + 1)
        where concerns(first, second) && ranges[first].intersection(ranges[second]) != nil {
          all.insert([first, second])
        }
      }
      #expect(Set(found.map { [min($0, $1), max($0, $1)] }) == all)
      #expect(found.count == all.count)
      #expect(found.allSatisfy { ranges[$0].start <= ranges[$1].start })
    }
  }

  @Test func ofManyAtOnePlaceEachIsPairedWithEight() {
    let range = PhysicalRange(start: PhysicalAddress(0x1000), saturating: ByteCount(0x1000))
    let found = OverlapSweep.pairs(Array(repeating: range, count: 100))
    #expect(found.count == (0..<100).map { min($0, 8) }.reduce(0, +))
  }

  @Test func ofManyInALargeOneEachIsPairedWithIt() {
    let small = (0..<100).map {
      PhysicalRange(start: PhysicalAddress(0x1000 + 0x10 * $0), saturating: ByteCount(0x10))
    }
    let large = PhysicalRange(start: PhysicalAddress(0x800), saturating: ByteCount(0x10000))
    let found = OverlapSweep.pairs(small + [large])
    #expect(found.map(\.0) == Array(repeating: 100, count: 100))
    #expect(found.map(\.1) == Array(0..<100))
  }
}
