/// Proofs by counting: too much is confined to a range.
///
/// An item of s bytes covers at least s / g multiples of a granule g, rounded up if its base is one
/// and down if not, and no two items cover the same. So the multiples of g in the free memory of a range
/// have to be at least as many as the items confined to that range must cover. A granule of one byte counts
/// plain bytes; a bigger one sees that aligned items can not use every byte.
struct CountingBound {
  private let problem: SearchProblem
  private let byLatestEnd: [Int]

  init(_ problem: SearchProblem) {
    self.problem = problem
    let items = problem.items
    byLatestEnd = items.indices.sorted { (items[$0].latestEnd, $0) < (items[$1].latestEnd, $1) }
  }

  /// A proof, if counting finds one: of all that fail the one with the fewest items.
  ///
  /// - Complexity: O(n² a) for a different alignments, less where items share windows.
  func proof(_ effort: inout SearchEffort) -> Proof? {
    let shifts = Set(problem.items.map { UInt8(($0.mask + 1).trailingZeroBitCount) })
    let starts = Set(problem.items.map(\.earliest)).sorted()
    var best: Overfull?
    for shift in shifts.union([0]).sorted() {
      let below = multiplesBelow(shift)
      for start in starts {
        effort.spend(problem.items.count / 16 + 1)
        if let found = overfull(from: start, shift: shift, below: below),
          found.confined.count < best?.confined.count ?? .max
        {
          best = found
        }
      }
      if best != nil || effort.isEmpty { break }
    }
    return best.map(proof)
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

/// The sum, or the largest number there is.
func saturatingSum(_ one: UInt64, _ other: UInt64) -> UInt64 {
  let (sum, overflow) = one.addingReportingOverflow(other)
  return overflow ? .max : sum
}
