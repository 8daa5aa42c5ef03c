/// Proofs by counting: too much is confined to a range.
///
/// An item of s bytes covers at least s / g multiples of a granule g, rounded up if its base is one
/// and down if not, and no two items cover the same. So the multiples of g in the free memory of a range
/// have to be at least as many as the items confined to that range must cover. A granule of one byte counts
/// plain bytes; a bigger one sees that aligned items can not use every byte.
struct CountingBound {
  private let problem: SearchProblem
  private let byLatestEnd: [Int]
  /// The latest ends in that order, and the positions in it by falling earliest base.
  private let ends: [UInt64]
  private let falling: [(earliest: UInt64, position: Int)]

  init(_ problem: SearchProblem) {
    self.problem = problem
    let items = problem.items
    let keys = items.enumerated().map { (end: $1.latestEnd, item: $0) }.sorted {
      ($0.end, $0.item) < ($1.end, $1.item)
    }
    byLatestEnd = keys.map(\.item)
    ends = keys.map(\.end)
    falling = keys.enumerated().map { (earliest: items[$1.item].earliest, position: $0) }.sorted {
      ($1.earliest, $0.position) < ($0.earliest, $1.position)
    }
  }

  /// A proof, if counting plain bytes, or the multiples of every alignment, finds one: of all ranges
  /// that fail the one with the fewest items.
  ///
  /// - Complexity: O(n a log n) for a different alignments, and O(n) more for each range that fails.
  func proof(_ effort: inout SearchEffort, inBytes: Bool) -> Proof? {
    let shifts = Set(problem.items.map { UInt8(($0.mask + 1).trailingZeroBitCount) })
    for shift in inBytes ? [0] : shifts.subtracting([0]).sorted() {
      effort.spend(problem.items.count)
      let failing = failingStarts(shift)
      if failing.isEmpty { continue }
      let below = multiplesBelow(shift)
      var best: Overfull?
      for start in failing {
        effort.spend(problem.items.count / 16 + 1)
        if let found = overfull(from: start, shift: shift, below: below),
          found.confined.count < best?.confined.count ?? .max
        {
          best = found
        }
        if effort.isEmpty { break }
      }
      if let best { return proof(best) }
    }
    return nil
  }

  /// The addresses, ascending, from which on more is confined below some other address than there is.
  ///
  /// Going down, each item that begins to count adds its share to every end from its own on.
  private func failingStarts(_ shift: UInt8) -> [UInt64] {
    let below = multiplesBelow(shift)
    let items = problem.items
    let shares = byLatestEnd.map { Int(clamping: covered(items[$0], shift)) }
    // A share that no memory could hold is no matter for exact sums.
    guard shares.allSatisfy({ $0 < Int.max >> 20 }) else {
      return Set(items.map(\.earliest)).sorted()
    }
    var tree = OverloadTree(
      ends.map { -Int(clamping: multiples(below: $0, shift, below)) }
    )
    var failing: [UInt64] = []
    var next = 0
    while next < falling.count {
      let start = falling[next].earliest
      while next < falling.count, falling[next].earliest == start {
        tree.add(shares[falling[next].position], from: falling[next].position)
        next += 1
      }
      let lower = Int(clamping: multiples(below: start, shift, below))
      if tree.most(from: ends.partitioningIndex { $0 > start }) > -lower { failing.append(start) }
    }
    return failing.reversed()
  }

  /// A range to which more is confined than it can hold.
  private struct Overfull {
    let from: UInt64
    let to: UInt64
    let shift: UInt8
    let demand: UInt64
    let capacity: UInt64
    let confined: [Int]
  }

  private func overfull(from start: UInt64, shift: UInt8, below: [UInt64]) -> Overfull? {
    let lower = multiples(below: start, shift, below)
    var demand: UInt64 = 0
    var confined: [Int] = []
    var position = 0
    while position < byLatestEnd.count {
      let end = problem.items[byLatestEnd[position]].latestEnd
      while position < byLatestEnd.count, problem.items[byLatestEnd[position]].latestEnd == end {
        let index = byLatestEnd[position]
        position += 1
        guard problem.items[index].earliest >= start else { continue }
        demand = saturatingSum(demand, covered(problem.items[index], shift))
        confined.append(index)
      }
      if confined.isEmpty { continue }
      let capacity = multiples(below: end, shift, below) - lower
      if demand > capacity {
        return Overfull(
          from: start,
          to: end,
          shift: shift,
          demand: demand,
          capacity: capacity,
          confined: confined
        )
      }
    }
    return nil
  }

  /// The proof without the smallest items that it does not need.
  private func proof(_ found: Overfull) -> Proof {
    var demand = found.demand
    var members = found.confined
    if demand != .max {
      let ascending = found.confined.sorted {
        let (one, other) = (problem.items[$0], problem.items[$1])
        return (covered(one, found.shift), $1) < (covered(other, found.shift), $0)
      }
      members = ascending.filter { index in
        let share = covered(problem.items[index], found.shift)
        guard demand - share > found.capacity else { return true }
        demand -= share
        return false
      }
    }
    let kind = Proof.Kind.overfull(
      from: found.from,
      to: found.to,
      shift: found.shift,
      demand: demand,
      capacity: found.capacity
    )
    return Proof(items: members.sorted(), kind: kind)
  }

  /// How many multiples of 2^`shift` the item covers at least.
  private func covered(_ item: SearchItem, _ shift: UInt8) -> UInt64 {
    let whole = item.size >> UInt64(shift)
    let granule = (1 as UInt64) << UInt64(shift)
    return item.mask + 1 >= granule && item.size & (granule - 1) != 0 ? whole + 1 : whole
  }

  /// For each segment the multiples in free memory below its start.
  private func multiplesBelow(_ shift: UInt8) -> [UInt64] {
    var total: UInt64 = 0
    return problem.space.segments.map { segment in
      defer { total += count(below: segment.end, shift) - count(below: segment.start, shift) }
      return total
    }
  }

  private func multiples(below address: UInt64, _ shift: UInt8, _ below: [UInt64]) -> UInt64 {
    let index = problem.space.lastSegment(startingBelow: address)
    guard index >= 0 else { return 0 }
    let segment = problem.space.segments[index]
    let inside = count(below: min(segment.end, address), shift) - count(below: segment.start, shift)
    return below[index] + inside
  }

  /// The number of multiples of 2^`shift` from zero that are below `address`.
  private func count(below address: UInt64, _ shift: UInt8) -> UInt64 {
    address == 0 ? 0 : ((address - 1) >> UInt64(shift)) + 1
  }
}

/// Numbers in a row, to which the same is added from one of them on, and the largest of the last ones.
private struct OverloadTree {
  private let leaves: Int
  /// The largest number below a node, without what was added above it.
  private var most: [Int]
  private var added: [Int]

  init(_ numbers: [Int]) {
    var leaves = 1
    while leaves < numbers.count { leaves *= 2 }
    self.leaves = leaves
    most = Array(repeating: -Int.max / 2, count: 2 * leaves)
    added = Array(repeating: 0, count: 2 * leaves)
    for (index, number) in numbers.enumerated() { most[leaves + index] = number }
    for node in stride(from: leaves - 1, to: 0, by: -1) {
      most[node] = max(most[2 * node], most[2 * node + 1])
    }
  }

  /// Adds `number` to all from `index` on.
  ///
  /// - Complexity: O(log n).
  mutating func add(_ number: Int, from index: Int) {
    var node = leaves + index
    most[node] += number
    while node > 1 {
      if node & 1 == 0 {
        most[node + 1] += number
        added[node + 1] += number
      }
      node /= 2
      most[node] = max(most[2 * node], most[2 * node + 1]) + added[node]
    }
  }

  /// The largest of all from `index` on.
  ///
  /// - Complexity: O(log n).
  func most(from index: Int) -> Int {
    guard index < leaves else { return -Int.max / 2 }
    var node = leaves + index
    var best = most[node]
    while node > 1 {
      if node & 1 == 0 { best = max(best, most[node + 1]) }
      node /= 2
      best += added[node]
    }
    return best
  }
}

extension Array {
  /// The first index whose element, and that of every later one, satisfies `isLater`.
  ///
  /// - Complexity: O(log n).
  fileprivate func partitioningIndex(_ isLater: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isLater(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// The sum, or the largest number there is.
func saturatingSum(_ one: UInt64, _ other: UInt64) -> UInt64 {
  let (sum, overflow) = one.addingReportingOverflow(other)
  return overflow ? .max : sum
}
