import PhysicalMemory
import TestSupport
import Testing

@testable import Planner

/// Memory that is to be filled, as rows of borders, against trying all places and all sums.
@Suite struct FilledGapsTests {
  private struct Board {
    let search: SearchProblem
    let filled: FilledGaps
  }

  /// Two or three gaps that five to eight items fill but for a few pages at most.
  private static func board(_ random: inout SeededGenerator) -> Board? {
    let unit = UInt64.random(in: 1...6, using: &random)
    // All that can lie anywhere, from an address that every alignment divides.
    let isEven = Int.random(in: 0..<3, using: &random) == 0
    var cursor = isEven ? 0 : UInt64.random(in: 0...3, using: &random) * unit
    var banks: [PhysicalRange] = []
    var free: UInt64 = 0
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let length = UInt64.random(in: 14...70, using: &random) * unit
      banks.append(range(cursor, cursor + length))
      cursor += length + UInt64.random(in: 1...3, using: &random) * unit
      if isEven { cursor += 8 * unit - cursor % (8 * unit) }
      free += length
    }
    var left = free - UInt64.random(in: 0...free / unit / 20, using: &random) * unit
    var requests: [PlacementRequest] = []
    while left > 0, requests.count < 8 {
      let size = min(left, UInt64.random(in: 2...30, using: &random) * unit)
      let low = UInt64.random(in: 0...cursor / unit / 2, using: &random) * unit
      let isWide = Bool.random(using: &random) || isEven
      let window = isWide ? range(0, cursor) : range(low, cursor)
      let shift = UInt8.random(in: 0...3, using: &random)
      let boundary: UInt64? = Int.random(in: 0..<6, using: &random) == 0 ? 32 * unit : nil
      requests.append(
        request("r\(requests.count)", size, shift: shift, in: window, boundary: boundary)
      )
      left -= size
    }
    let problem = PlacementProblem(banks: banks, requests: requests)
    let search = SearchProblem(problem.normalized)
    return FilledGaps(search.items, search.space).map { Board(search: search, filled: $0) }
  }

  private func forEachBoard(_ body: (Board) -> Void) {
    var random = SeededGenerator(seed: 71)
    var boards = 0
    for _ in 0..<Self.rounds {
      guard let board = Self.board(&random) else { continue }
      boards += 1
      body(board)
    }
    #expect(boards > Self.rounds / 8)
  }

  #if DEBUG
  private static let rounds = 200
  #else
  private static let rounds = 1000
  #endif

  @Test func bordersAreAllThePlacesThatAnItemCanHave() {
    forEachBoard { board in
      let filled = board.filled
      for (index, item) in board.search.items.enumerated() {
        var borders: [Int] = []
        for gap in filled.gaps {
          for border in gap.low...gap.high {
            let isAllowed = item.allows(filled.address(border))
            // The end of a gap may be the address at which the next bank begins.
            if border < gap.high { #expect(filled.allows(index, border) == isAllowed) }
            if filled.allows(index, border) { borders.append(border) }
          }
        }
        for border in 0...(filled.gaps.last?.high ?? 0) {
          #expect(filled.firstBorder(of: index, from: border) == borders.first { $0 >= border })
        }
      }
      let free = filled.gaps.reduce(0) { $0 + $1.high - $1.low }
      #expect(filled.slack == free - filled.sizes.reduce(0, +))
    }
  }

  /// All sums of some of the sizes, up to `limit`.
  private func sums(_ sizes: [Int], limit: Int) -> Set<Int> {
    sizes.reduce(into: [0]) { sums, size in
      sums.formUnion(sums.map { $0 + size }.filter { $0 <= limit })
    }
  }

  /// What the filter says of borders is what sums of sizes say of them.
  @Test func bordersAreThoseThatSumsReach() {
    var filtered = 0
    forEachBoard { board in
      let filled = board.filled
      var filter = GapFilter(filled)
      var items = ItemSet()
      for item in filled.sizes.indices { items.insert(item) }
      guard filter.filter(filled.gaps, items, slack: filled.slack) else { return }
      filtered += 1
      for (index, gap) in filled.gaps.enumerated() {
        let view = filter.views[index]
        let spare = filter.spare(index, slack: filled.slack)
        let length = gap.high - gap.low
        let sizes = view.members.map { filled.sizes[$0] }
        let reached = sums(sizes, limit: length)
        let near = Set(reached.flatMap { sum in sum...min(length, sum + spare) })
        for item in view.members {
          let size = filled.sizes[item]
          let borders = (0...max(0, length - size)).filter { place in
            place + size <= length && filled.allows(item, gap.low + place)
              && near.contains(place) && near.contains(length - place - size)
          }
          let found = filter.borders(of: item, in: gap).map { $0 - gap.low }
          // What another gap turns out to waste comes too late for this one's borders, so where units stay
          // free there may be some too many.
          if filled.slack == 0 {
            #expect(found == borders)
          } else {
            #expect(Set(found).isSuperset(of: borders))
          }
          for border in gap.low...gap.high {
            let expected = found.contains(border - gap.low)
            #expect(filter.mayBegin(item, at: border, in: gap) == expected)
          }
        }
        for item in view.residents { #expect(view.members.contains(item)) }
      }
      for item in items {
        let inGaps = filled.gaps.indices.filter { filter.views[$0].members.contains(item) }
        #expect(!inGaps.isEmpty)
        for index in inGaps {
          #expect(filter.views[index].residents.contains(item) == (inGaps.count == 1))
        }
        let places = inGaps.map { filter.borders(of: item, in: filled.gaps[$0]).count }
        #expect(filter.positions(of: item) == places.reduce(0, +))
      }
    }
    #expect(filtered > Self.rounds / 20)
  }
}
