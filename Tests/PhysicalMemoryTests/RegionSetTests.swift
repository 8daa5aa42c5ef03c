import PhysicalMemory
import Testing

@Suite struct RegionSetTests {
  typealias Bytes = Set<UInt64>

  /// Every set of up to three ranges below 8, against a set of single bytes.
  @Test func agreesWithASetOfBytes() {
    var ranges: [PhysicalRange] = []
    for start in UInt64(0)..<6 {
      for end in start..<7 { ranges.append(range(start, end)) }
    }
    var some: [PhysicalRegionSet] = []
    for first in ranges { for second in ranges { some.append(RegionSet([first, second])) } }
    for (index, left) in some.enumerated() {
      let right = some[(index * 7919 + 13) % some.count]
      #expect(bytes(left.union(right)) == bytes(left).union(bytes(right)))
      #expect(bytes(left.intersection(right)) == bytes(left).intersection(bytes(right)))
      #expect(bytes(left.subtracting(right)) == bytes(left).subtracting(bytes(right)))
      #expect(left.size.rawValue == UInt64(bytes(left).count))
      for probe in ranges {
        #expect(
          left.contains(probe)
            == Bytes(probe.start.rawValue..<probe.end.rawValue).isSubset(of: bytes(left))
        )
      }
    }
  }

  @Test func mergesRangesThatTouch() {
    let set = RegionSet([range(8, 12), range(0, 4), range(4, 8)])
    #expect(set.ranges == [range(0, 12)])
    #expect(set.largest == range(0, 12))
  }

  @Test func holdsTheEndOfTheAddressSpace() {
    let top = PhysicalRange(start: PhysicalAddress(.max - 4), saturating: .mib(1))
    #expect(top.end.rawValue == .max)
    #expect(PhysicalRange(start: PhysicalAddress(.max - 4), size: .mib(1)) == nil)
    #expect(RegionSet([PhysicalRange.all]).subtracting(RegionSet([top])).end == top.start)
  }

  private func range(_ start: UInt64, _ end: UInt64) -> PhysicalRange {
    PhysicalRange(start: PhysicalAddress(start), end: PhysicalAddress(end))
  }

  private func bytes(_ set: PhysicalRegionSet) -> Bytes {
    set.ranges.reduce(into: []) { $0.formUnion($1.start.rawValue..<$1.end.rawValue) }
  }
}
