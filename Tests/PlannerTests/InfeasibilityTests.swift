import PhysicalMemory
import Planner
import TestSupport
import Testing

@Suite struct InfeasibilityTests {
  @Test func anObstacleSplitsTheSpace() throws {
    let problem = problem(
      [range(0, 0x100)],
      request("video", 0xc0, in: range(0, 0x100)),
      request("other", 0x8, in: range(0, 0x100)),
      obstacles: [range(0x70, 0x80), range(0xf0, 0xf8), range(0x300, 0x400)]
    )
    let facts = try #require(try Planner.plan(problem).infeasibility)
    #expect(facts.conflict == ["video"])
    #expect(facts.reason == .noPlace("video"))
    #expect(facts.obstacle == Obstacle(name: "o0", range: range(0x70, 0x80)))
    #expect(facts.largestFreeRun == range(0, 0x70))
    #expect(facts.demand == ByteCount(0xc0))
    #expect(facts.capacity == ByteCount(0xe8))
    let split = Obstacle(name: "o0", range: range(0x70, 0x80))
    let isMoved = facts.repairs.contains { repair in
      if case .move(split, to: _) = repair.action { repair.cost == ByteCount(0x10) } else { false }
    }
    #expect(isMoved)
    #expect(facts.repairs.contains { $0.action == .shrink("video", to: ByteCount(0x70)) })
    #expect(facts.repairs.map(\.cost) == facts.repairs.map(\.cost).sorted())
  }

  @Test func tooMuchInAWindow() throws {
    let low = range(0, 0x40)
    let problem = problem(
      [range(0, 0x100)],
      request("a", 0x18, in: low),
      request("b", 0x18, in: low),
      request("c", 0x18, in: low),
      request("d", 0x80, in: range(0, 0x100))
    )
    let facts = try #require(try Planner.plan(problem).infeasibility)
    #expect(facts.conflict == ["a", "b", "c"])
    #expect(facts.reason == .overfull(range: low, granule: .byte))
    #expect(facts.demand == ByteCount(0x48))
    #expect(facts.capacity == ByteCount(0x40))
    #expect(facts.isIrreducible)
    #expect(facts.repairs.first?.cost == ByteCount(8))
    let actions = facts.repairs.map(\.action)
    #expect(actions.contains(.shrink("a", to: ByteCount(0x10))))
    #expect(actions.contains(.widen("b", to: range(0, 0x48))))
  }

  @Test func alignedRegionsCanNotUseEveryByte() throws {
    let problem = problem(
      [range(0, 0x40)],
      request("a", 0x11, shift: 4, in: range(0, 0x40)),
      request("b", 0x11, shift: 4, in: range(0, 0x40)),
      request("c", 0x1, shift: 4, in: range(0, 0x40))
    )
    let facts = try #require(try Planner.plan(problem).infeasibility)
    #expect(facts.conflict == ["a", "b", "c"])
    #expect(facts.reason == .overfull(range: range(0, 0x31), granule: Alignment(shift: 4)))
    #expect(facts.demand == ByteCount(0x50))
    #expect(facts.capacity == ByteCount(0x40))
  }

  @Test func aFixedRegionIsInTheWay() throws {
    let problem = problem(
      [range(0, 0x100)],
      request("fixed", 0x10, in: range(0x60, 0x70)),
      request("pool", 0xa0, in: range(0, 0x100))
    )
    let facts = try #require(try Planner.plan(problem).infeasibility)
    #expect(facts.conflict == ["fixed", "pool"])
    #expect(facts.request == "pool")
    #expect(facts.largestFreeRun == range(0x70, 0x100))
    #expect(facts.obstacle == nil)
    #expect(facts.repairs.contains { $0.action == .shrink("pool", to: ByteCount(0x90)) })
  }

  @Test func twoConflictsHaveNoSingleRepair() throws {
    let problem = problem(
      [range(0, 0x100)],
      request("a", 0x11, in: range(0, 0x10)),
      request("b", 0x11, in: range(0x80, 0x90))
    )
    let facts = try #require(try Planner.plan(problem).infeasibility)
    #expect(facts.conflict == ["a"])
    #expect(facts.repairs.isEmpty)
    #expect(
      facts.repairsTogether.map(\.action) == [
        .shrink("a", to: ByteCount(0x10)), .shrink("b", to: ByteCount(0x10)),
      ]
    )
  }

  /// Makes the changes of `repairs` in a way of its own.
  static func changed(_ problem: PlacementProblem, _ repairs: [Repair]) -> PlacementProblem {
    var copy = problem
    for repair in repairs {
      switch repair.action {
      case .shrink(let name, let size):
        for index in copy.requests.indices where copy.requests[index].name == name {
          copy.requests[index].size = size
        }
      case .widen(let name, let window):
        for index in copy.requests.indices where copy.requests[index].name == name {
          copy.requests[index].windows.append(window)
        }
      case .move(let obstacle, let base):
        copy.obstacles.removeAll { $0 == obstacle }
        copy.obstacles.append(
          Obstacle(
            name: obstacle.name,
            range: range(base.rawValue, base.rawValue + obstacle.range.size.rawValue)
          )
        )
      }
    }
    return copy
  }

  /// Two windows of 12 bytes and what is confined to each; whoever is in one has nothing to do with the other.
  static func twoWindows(_ random: inout SeededGenerator) -> PlacementProblem {
    var requests: [PlacementRequest] = []
    for (number, window) in [range(0, 12), range(12, 24)].enumerated() {
      for index in 0..<Int.random(in: 1...3, using: &random) {
        requests.append(
          request(
            "r\(number)\(index)",
            .random(in: 1...8, using: &random),
            shift: .random(in: 0...2, using: &random),
            in: window
          )
        )
      }
    }
    let hole = UInt64.random(in: 0..<24, using: &random)
    return PlacementProblem(
      banks: [range(0, 24)],
      obstacles: [Obstacle(name: "hole", range: range(hole, hole + 1))],
      requests: requests
    )
  }

  @Test func everyRepairAndEveryConflictHolds() throws {
    var random = SeededGenerator(seed: 12)
    var together = 0
    var single = 0
    var helpless = 0
    for _ in 0..<400 {
      let problem = Self.twoWindows(&random)
      guard let facts = try Planner.plan(problem).infeasibility else { continue }
      #expect(!BruteForce(problem.keeping(facts.conflict), limit: 24).isFeasible)
      for name in facts.conflict where facts.isIrreducible {
        let rest = problem.keeping(facts.conflict.filter { $0 != name })
        #expect(BruteForce(rest, limit: 24).isFeasible, "\(problem)")
      }
      #expect(facts.isIrreducible)
      for repair in facts.repairs {
        single += 1
        #expect(BruteForce(Self.changed(problem, [repair]), limit: 24).isFeasible, "\(repair)")
      }
      #expect(facts.repairs.isEmpty || facts.repairsTogether.isEmpty, "\(problem)")
      let all = facts.repairsTogether
      if facts.repairs.isEmpty, all.isEmpty { helpless += 1 }
      if all.isEmpty { continue }
      together += 1
      #expect(all.count > 1)
      #expect(BruteForce(Self.changed(problem, all), limit: 24).isFeasible, "\(all)")
      for repair in all {
        let rest = Self.changed(problem, all.filter { $0 != repair })
        #expect(!BruteForce(rest, limit: 24).isFeasible, "\(all) without \(repair)")
      }
    }
    // Three regions may need two changes where only two multiples of their alignment are.
    #expect(together > 10 && single > 100 && helpless < 5)
  }

  @Test func theLargestFreeRunAgreesWithCountingBytes() throws {
    for problem in ExhaustiveTests.problems(apart: [nil]) {
      guard let facts = try Planner.plan(problem).infeasibility else { continue }
      let request = try #require(problem.requests.first { $0.name == facts.request })
      let pinned = problem.requests.filter { $0.name != facts.request }.compactMap { other in
        var bases: [UInt64] = []
        BruteForce(problem.keeping([other.name]), limit: 16).visit {
          bases += $0
          return true
        }
        return bases.count == 1 ? range(bases[0], bases[0] + other.size.rawValue) : nil
      }
      var longest: UInt64 = 0
      for bank in problem.banks {
        for window in request.windows {
          var run: UInt64 = 0
          for byte in (0..<16).map({ PhysicalAddress($0) }) {
            let isFree =
              bank.contains(byte) && window.contains(byte)
              && !problem.obstacles.contains { $0.range.contains(byte) }
              && !pinned.contains { $0.contains(byte) }
            run = isFree ? run + 1 : 0
            longest = max(longest, run)
          }
        }
      }
      #expect(facts.largestFreeRun?.size.rawValue ?? 0 == longest, "\(problem)")
    }
  }

  @Test func withoutRefinementTheProofStands() throws {
    let full = range(0, 0x40)
    let problem = PlacementProblem(
      banks: [full],
      requests: (0..<5).map { request("r\($0)", 0x10, shift: 4, in: full) }
    )
    let budget = StepBudget(steps: 0)
    let facts = try #require(try Planner.plan(problem, refinement: budget).infeasibility)
    #expect(facts.conflict.count == 5 && !facts.isIrreducible && facts.repairs.isEmpty)
    let explained = try #require(try Planner.plan(problem).infeasibility)
    #expect(explained.isIrreducible && explained.repairs.isEmpty)
  }

  @Test func theSplittingObstacleAgreesWithLeavingEachOut() throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let obstacles = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        let start = UInt64.random(in: 0...36, using: &random)
        return range(start, start + .random(in: 0...9, using: &random))
      }
      let windows = [range(.random(in: 0...9, using: &random), 25), range(20, 40)]
      let fixed = request("fixed", 2, in: range(30, 32))
      var pool = request("pool", 60, in: range(0, 0))
      pool.windows = windows
      let banks = [range(0, 18), range(18, 40)]
      let problem = problem(banks, fixed, pool, obstacles: obstacles)
      let facts = try #require(try Planner.plan(problem).infeasibility)
      guard facts.request == "pool" else { continue }
      let isFixedPlaced = try Planner.plan(problem.keeping(["fixed"])).placement != nil
      func longest(without left: Int?) -> ByteCount {
        var taken = problem.obstacles.enumerated().filter { $0.offset != left }.map(\.element.range)
        if isFixedPlaced { taken.append(range(30, 32)) }
        let runs = banks.flatMap { bank in
          windows.compactMap { bank.intersection($0) }.compactMap { place in
            PhysicalRegionSet([place]).subtracting(PhysicalRegionSet(taken)).largest?.size
          }
        }
        return runs.max() ?? .zero
      }
      let most = problem.obstacles.indices.map { longest(without: $0) }.max() ?? .zero
      #expect(facts.largestFreeRun?.size ?? .zero == longest(without: nil))
      if most > longest(without: nil) {
        let obstacle = try #require(facts.obstacle)
        let index = try #require(problem.obstacles.firstIndex(of: obstacle))
        #expect(longest(without: index) == most, "\(problem)")
      } else {
        #expect(facts.obstacle == nil, "\(problem)")
      }
    }
  }

  /// A moved obstacle stays as aligned as it is, up to 2 MiB.
  @Test(arguments: [0, 16] as [UInt64])
  func anObstacleMovesInStepsOfItsAlignment(_ start: UInt64) throws {
    let mib: UInt64 = 1 << 20
    for (end, place) in [(35, nil), (36, 34)] as [(UInt64, UInt64?)] {
      let tight = problem(
        [range(0, end * mib)],
        request("big", 33 * mib, in: range(0, 33 * mib)),
        obstacles: [range(start * mib, (start + 2) * mib)]
      )
      let facts = try #require(try Planner.plan(tight).infeasibility)
      let moves = facts.repairs.compactMap { repair -> UInt64? in
        if case .move(_, let base) = repair.action { base.rawValue / mib } else { nil }
      }
      #expect(moves == (place.map { [$0] } ?? []))
    }
  }
}
