import PhysicalMemory
import TestSupport
import Testing

@testable import Planner

/// The parts that the searches are made of, each against the obvious way to do the same.
@Suite struct SearchPartsTests {
  /// Rows of bits against arrays of flags, from any word through any other.
  @Test func rowsOfBits() {
    var random = SeededGenerator(seed: 64)
    for _ in 0..<2000 {
      let first = Int.random(in: 0...2, using: &random)
      let last = Int.random(in: first...4, using: &random)
      let bits = (last + 1) * 64
      let by = Int.random(in: 1...(last - first + 1) * 64 + 10, using: &random)
      let keeping = Bool.random(using: &random)
      var words = (0..<25).map { _ in random.next() & random.next() & random.next() }
      words.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        func row(_ number: Int) -> BitRow {
          BitRow(words: start + number * 5, first: first, last: last)
        }
        func members(_ row: BitRow) -> Set<Int> {
          Set((first * 64..<bits).filter { row.words[$0 / 64] >> UInt64($0 % 64) & 1 != 0 })
        }
        let (up, down) = (members(row(0)), members(row(1)))
        let above = Set(up.map { $0 + by }.filter { $0 < bits })
        let below = Set(down.map { $0 - by }.filter { $0 >= first * 64 })
        row(2).moveUp(row(0), by: by, keeping: keeping)
        #expect(members(row(2)) == above.union(keeping ? up : []))
        let met = row(3).moveDown(row(1), by: by, keeping: keeping, meeting: row(0))
        #expect(members(row(3)) == below.union(keeping ? down : []))
        #expect(met.moved == !below.isDisjoint(with: up))
        #expect(met.unmoved == !down.isDisjoint(with: up))
        let limit = Int.random(in: first * 64..<bits, using: &random)
        #expect(row(0).highest(through: limit) == up.filter { $0 <= limit }.max() ?? -1)
        row(0).addUp(by)
        #expect(members(row(0)) == up.union(above))
        row(1).addDown(by)
        #expect(members(row(1)) == down.union(below))
        let from = Int.random(in: first * 64..<bits, using: &random)
        let through = Int.random(in: from..<bits, using: &random)
        row(4).clear()
        row(4).fill(from, through)
        #expect(members(row(4)) == Set(from...through))
        row(4).fill(through, from - 1)
        #expect(members(row(4)) == Set(from...through))
      }
    }
  }

  @Test func setsOfItems() {
    var random = SeededGenerator(seed: 65)
    var (one, other) = (ItemSet(), ItemSet())
    var (first, second) = (Set<Int>(), Set<Int>())
    for _ in 0..<3000 {
      let item = Int.random(in: 0..<128, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...1:
        one.insert(item)
        first.insert(item)
      case 2...3:
        other.insert(item)
        second.insert(item)
      case 4:
        one.remove(item)
        first.remove(item)
      case 5:
        one.formUnion(other)
        first.formUnion(second)
      case 6:
        one.subtract(other)
        first.subtract(second)
      default:
        swap(&one, &other)
        swap(&first, &second)
      }
      #expect(Array(one) == first.sorted())
      #expect(Array(one.descending()) == first.sorted(by: >))
      #expect(one.count == first.count && one.isEmpty == first.isEmpty)
      #expect(one.first == first.min())
      #expect(one.contains(item) == first.contains(item))
      #expect(Set(one.intersection(other)) == first.intersection(second))
      #expect((one == other) == (first == second))
    }
  }

  @Test func sumsOfSizes() {
    var random = SeededGenerator(seed: 66)
    for _ in 0..<300 {
      let bits = Int.random(in: 1...260, using: &random)
      var sums = SubsetSums(bits: bits)
      for _ in 0..<2 {
        var expected: Set<Int> = [0]
        for _ in 0..<Int.random(in: 0...5, using: &random) {
          let number = Int.random(in: 1...90, using: &random)
          sums.add(number)
          expected.formUnion(expected.map { $0 + number })
        }
        for limit in 0..<bits {
          #expect(sums.largest(atMost: limit) == expected.filter { $0 <= limit }.max())
        }
        sums.reset()
      }
    }
  }

  /// What was remembered is found while there is room, and nothing else ever is.
  @Test func rememberedFailures() {
    var random = SeededGenerator(seed: 67)
    for items in [10, 64, 100, 128] {
      var table = FailureTable(items: items, isUsed: true)
      var placed = Set<Int>()
      var known: [Set<Int>: Set<UInt64>] = [:]
      var (found, asked) = (0, 0)
      for step in 0..<4000 {
        let item = Int.random(in: 0..<items, using: &random)
        table.toggle(item)
        placed.formSymmetricDifference([item])
        let cursor = UInt64.random(in: 0..<4, using: &random) << 60
        let isKnown = known[placed]?.contains(cursor) == true
        // With nothing placed there is nothing to remember: that is the whole problem.
        if !placed.isEmpty, table.contains(cursor: cursor) {
          #expect(isKnown)
          found += 1
        }
        if isKnown { asked += 1 }
        if !placed.isEmpty, step % 2 == 0 {
          table.insert(cursor: cursor)
          #expect(table.contains(cursor: cursor))
          known[placed, default: []].insert(cursor)
        }
      }
      #expect(found * 10 >= asked * 4, "of \(asked) failures that come again \(found) are known")
    }
    var unused = FailureTable(items: 129, isUsed: true)
    unused.toggle(1)
    unused.insert(cursor: 1)
    #expect(!unused.contains(cursor: 1))
  }

  @Test func listsOfWhatIsUnplaced() {
    var random = SeededGenerator(seed: 68)
    for count in 0..<8 {
      let order = Array(0..<count).shuffled(using: &random)
      var list = UnplacedList(order)
      var removed: [Int] = []
      for _ in 0..<200 {
        if removed.count < count, Bool.random(using: &random) {
          let left = order.filter { !removed.contains($0) }
          guard let item = left.randomElement(using: &random) else { continue }
          list.remove(item)
          removed.append(item)
        } else if let item = removed.popLast() {
          list.restore(item)
        }
        var items: [Int] = []
        var item = list.first
        while item >= 0 {
          items.append(item)
          item = list.next(after: item)
        }
        #expect(items == order.filter { !removed.contains($0) })
        #expect(list.count == count - removed.count)
      }
    }
  }

  /// Free memory below an address, counted byte by byte.
  @Test func freeSpace() {
    var random = SeededGenerator(seed: 69)
    for _ in 0..<200 {
      let cut = UInt64.random(in: 3..<30, using: &random)
      let obstacles = (0..<Int.random(in: 0...3, using: &random)).map { _ in
        let start = UInt64.random(in: 0..<40, using: &random)
        return range(start, start + .random(in: 0...6, using: &random))
      }
      let banks = [range(cut, 34), range(2, cut), range(36, 36)]
      let space = FreeSpace(banks: banks, obstacles: obstacles)
      let free = (0..<60 as Range<UInt64>).filter { byte in
        let address = PhysicalAddress(byte)
        return banks.contains { $0.contains(address) }
          && !obstacles.contains { $0.contains(address) }
      }
      #expect(space.total == UInt64(free.count))
      for address in 0..<60 as Range<UInt64> {
        #expect(space.bytes(below: address) == UInt64(free.filter { $0 < address }.count))
        let index = space.segments.lastIndex { $0.start < address } ?? -1
        #expect(space.lastSegment(startingBelow: address) == index)
      }
    }
  }

  /// The lowest and highest bases of one region, and the next from any address, against trying all.
  @Test func basesOfOneRegion() {
    var random = SeededGenerator(seed: 70)
    for _ in 0..<1500 {
      let problem = SmallProblemTests.problem(&random)
      let search = SearchProblem(problem.normalized)
      let brute = BruteForce(problem, limit: SmallProblemTests.pages)
      for (item, request) in zip(search.items, brute.requests) {
        let alone = problem.keeping([request.name])
        var bases: [UInt64] = []
        BruteForce(alone, limit: SmallProblemTests.pages).visit {
          bases += $0
          return true
        }
        #expect(item.earliest == bases.first ?? .max && item.latest == bases.last ?? 0)
        #expect(item.isPinned == (bases.count == 1))
        for address in 0...SmallProblemTests.pages {
          #expect(item.firstBase(from: address) == bases.first { $0 >= address })
          #expect(item.allows(address) == bases.contains(address))
          let left = item.restricted(from: address, through: address + 5)
          let within = bases.filter { $0 >= address && $0 <= address + 5 }
          #expect(left.firstBase(from: 0) == within.first)
          if !within.isEmpty { #expect(left.latest == within.last) }
        }
      }
    }
  }
}
