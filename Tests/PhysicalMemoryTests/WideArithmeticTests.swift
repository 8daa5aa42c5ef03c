import PhysicalMemory
import TestSupport
import Testing

/// Every operation near 0, 2^32, 2^63 and 2^64 against the same in 128 bits, which hold any result.
@Suite struct WideArithmeticTests {
  /// The numbers at which 64-bit arithmetic changes its mind, and their neighbours.
  static let edges: [UInt64] = {
    let borders: [UInt128] = [0, 1 << 12, 1 << 32, 1 << 52, 1 << 63, 1 << 64]
    let near = borders.flatMap { border in
      (0...8).compactMap { step -> UInt64? in
        UInt64(exactly: Int128(border) + Int128(step) - 4)
      }
    }
    return Array(Set(near)).sorted()
  }()

  private static let last = UInt128(UInt64.max)

  /// What 64 bits hold, or the most that they do.
  private func saturated(_ value: UInt128) -> UInt64 { UInt64(min(value, Self.last)) }

  @Test func sumsAndDifferences() {
    for one in Self.edges {
      for other in Self.edges {
        let (left, right) = (UInt128(one), UInt128(other))
        let address = PhysicalAddress(one)
        let size = ByteCount(other)
        #expect(address.adding(size)?.rawValue == UInt64(exactly: left + right))
        #expect(address.addingSaturating(size).rawValue == saturated(left + right))
        let below = left < right ? nil : UInt64(exactly: left - right)
        #expect(address.subtracting(size)?.rawValue == below)
        #expect(PhysicalAddress(other).distance(to: address)?.rawValue == below)
        #expect((ByteCount(one) + size).rawValue == saturated(left + right))
        #expect((ByteCount(one) - size).rawValue == below ?? 0)
        #expect((ByteCount(one) * other).rawValue == saturated(left * right))
        var sum = ByteCount(one)
        sum += size
        #expect(sum == ByteCount(one) + size)
      }
    }
  }

  @Test func roundingToAnyAlignment() {
    for shift in UInt8(0)..<64 {
      let alignment = Alignment(shift: shift)
      let step = UInt128(1) << UInt128(shift)
      #expect(UInt128(alignment.bytes.rawValue) == step)
      for value in Self.edges {
        let wide = UInt128(value)
        let (down, up) = (wide / step * step, (wide + step - 1) / step * step)
        #expect(UInt128(alignment.down(PhysicalAddress(value)).rawValue) == down)
        #expect(UInt128(alignment.down(ByteCount(value)).rawValue) == down)
        #expect(alignment.up(PhysicalAddress(value))?.rawValue == UInt64(exactly: up))
        #expect(alignment.up(ByteCount(value))?.rawValue == UInt64(exactly: up))
        #expect(alignment.divides(PhysicalAddress(value)) == (wide % step == 0))
        #expect(alignment.divides(ByteCount(value)) == (wide % step == 0))
      }
    }
    for value in Self.edges {
      #expect(
        Alignment(ByteCount(value))?.bytes.rawValue == (value.nonzeroBitCount == 1 ? value : nil)
      )
    }
  }

  @Test(arguments: PageSize.allCases) func pagesAndOrders(_ pageSize: PageSize) {
    let page = UInt128(pageSize.bytes.rawValue)
    for value in Self.edges {
      let pages = (UInt128(value) + page - 1) / page
      #expect(UInt128(pageSize.pages(holding: ByteCount(value))) == pages)
      var order: UInt8 = 0
      while UInt128(1) << UInt128(order) < pages { order += 1 }
      #expect(pageSize.order(holding: ByteCount(value)).rawValue == order)
      #expect(pageSize.bytes(of: value).rawValue == saturated(UInt128(value) * page))
      let holder = PageFrameNumber(holding: PhysicalAddress(value), pageSize)
      #expect(UInt128(holder.rawValue) == UInt128(value) / page)
      #expect(UInt128(holder.address(pageSize).rawValue) == UInt128(value) / page * page)
    }
  }

  @Test func rangesOfAnySize() {
    for start in Self.edges {
      for size in Self.edges {
        let end = UInt128(start) + UInt128(size)
        let exact = PhysicalRange(start: PhysicalAddress(start), size: ByteCount(size))
        #expect(exact?.end.rawValue == UInt64(exactly: end))
        let cut = PhysicalRange(start: PhysicalAddress(start), saturating: ByteCount(size))
        #expect(cut.end.rawValue == saturated(end))
        #expect(UInt128(cut.size.rawValue) == min(end, Self.last) - UInt128(start))
      }
    }
  }

  @Test func whatTwoRangesShare() {
    let few = [0, 1, 2, UInt64(1) << 63, (1 << 63) + 1, .max - 2, .max - 1, .max]
    let ranges = few.flatMap { start in
      few.filter { $0 >= start }.map { Self.range(start, $0) }
    }
    for one in ranges {
      for other in ranges {
        let low = max(UInt128(one.start.rawValue), UInt128(other.start.rawValue))
        let high = min(UInt128(one.end.rawValue), UInt128(other.end.rawValue))
        #expect(one.overlaps(other) == (low < high))
        let common = one.intersection(other)
        #expect((common != nil) == (low < high))
        if let common {
          #expect(UInt128(common.start.rawValue) == low && UInt128(common.end.rawValue) == high)
        }
        #expect(
          one.contains(other)
            == (one.start <= other.start && other.end.rawValue <= one.end.rawValue)
        )
        #expect(one.contains(other.start) == (!one.isEmpty && one.overlapsByte(at: other.start)))
      }
    }
  }

  /// Sets whose ranges end anywhere near 0, 2^63 and 2^64, against one flag for each piece between
  /// neighbouring ends.
  @Test func setsAtBothEnds() {
    let cuts: [UInt64] = [0, 1, 3, 1 << 63, (1 << 63) + 1, .max - 6, .max - 2, .max - 1, .max]
    var random = SeededGenerator(seed: 64)
    func pieces(_ set: PhysicalRegionSet) -> [Bool] {
      zip(cuts, cuts.dropFirst()).map { set.contains(Self.range($0, $1)) }
    }
    func sample() -> (set: PhysicalRegionSet, pieces: [Bool]) {
      var ranges: [PhysicalRange] = []
      var flags = Array(repeating: false, count: cuts.count - 1)
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let start = Int.random(in: 0..<cuts.count, using: &random)
        let end = Int.random(in: start..<cuts.count, using: &random)
        ranges.append(Self.range(cuts[start], cuts[end]))
        for index in start..<end { flags[index] = true }
      }
      return (RegionSet(ranges), flags)
    }
    func size(_ flags: [Bool]) -> UInt128 {
      flags.indices.reduce(0) { sum, index in
        flags[index] ? sum + UInt128(cuts[index + 1]) - UInt128(cuts[index]) : sum
      }
    }
    for _ in 0..<Self.setCount {
      let (one, other) = (sample(), sample())
      let both = zip(one.pieces, other.pieces)
      let expected: [(PhysicalRegionSet, [Bool])] = [
        (one.set, one.pieces),
        (one.set.union(other.set), both.map { $0 || $1 }),
        (one.set.intersection(other.set), both.map { $0 && $1 }),
        (one.set.subtracting(other.set), both.map { $0 && !$1 }),
      ]
      for (set, flags) in expected {
        #expect(pieces(set) == flags)
        #expect(UInt128(set.size.rawValue) == size(flags))
        let lowest = flags.firstIndex(of: true).map { cuts[$0] }
        let highest = flags.lastIndex(of: true).map { cuts[$0 + 1] }
        #expect(set.start?.rawValue == lowest && set.end?.rawValue == highest)
        let apart = zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.end < $1.start }
        #expect(apart, "ranges neither touch nor overlap")
      }
    }
  }

  #if DEBUG
  private static let setCount = 2_000
  #else
  private static let setCount = 200_000
  #endif

  private static func range(_ start: UInt64, _ end: UInt64) -> PhysicalRange {
    PhysicalRange(start: PhysicalAddress(start), end: PhysicalAddress(end))
  }
}

extension PhysicalRange {
  /// Whether the one byte at `address` is inside, counted in 128 bits.
  fileprivate func overlapsByte(at address: PhysicalAddress) -> Bool {
    UInt128(start.rawValue) < UInt128(address.rawValue) + 1
      && UInt128(address.rawValue) < UInt128(end.rawValue)
  }
}
