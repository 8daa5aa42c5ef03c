import PhysicalMemory
import Planner
import TestSupport
import Testing

@Suite struct BestPlacementTests {
  /// What the goal asks for, computed the obvious way; less is better, bases last.
  private func rank(_ problem: PlacementProblem, _ bases: [UInt64]) -> [UInt64] {
    let requests = problem.requests.sorted { $0.name < $1.name }
    var moved: UInt64 = 0
    var low: UInt64 = 0
    var taken = Set<UInt64>()
    for (request, base) in zip(requests, bases) {
      if let preferred = request.preferred, preferred.rawValue != base { moved += 1 }
      for byte in base..<(base + request.size.rawValue) {
        taken.insert(byte)
        if request.lowMemory == .avoided, byte < problem.lowMemoryEnd?.rawValue ?? 0 { low += 1 }
      }
    }
    var longest: UInt64 = 0
    for bank in problem.banks {
      var run: UInt64 = 0
      for byte in bank.start.rawValue..<bank.end.rawValue {
        let isTaken =
          taken.contains(byte)
          || problem.obstacles.contains { $0.range.contains(PhysicalAddress(byte)) }
        run = isTaken ? 0 : run + 1
        longest = max(longest, run)
      }
    }
    return [moved, low, .max - longest] + bases
  }

  @Test func smallProblemsAgreeWithBruteForce() throws {
    #if DEBUG
    let rounds = 150
    #else
    let rounds = 3000
    #endif
    var random = SeededGenerator(seed: 1)
    var compared = 0
    for _ in 0..<rounds {
      let (banks, obstacles) = try #require(
        ExhaustiveTests.memories.randomElement(using: &random)
      )
      let names = ["a", "b", "c"].prefix(Int.random(in: 1...3, using: &random))
      let requests = try names.map { name in
        let shape = try #require(ExhaustiveTests.shapes.randomElement(using: &random))
        let preferred: UInt64? =
          Bool.random(using: &random) ? .random(in: 0..<14, using: &random) : nil
        return PlacementRequest(
          name: name,
          size: shape.size,
          alignment: shape.alignment,
          windows: shape.windows,
          boundary: shape.boundary,
          preferred: preferred.map { PhysicalAddress($0) },
          lowMemory: Bool.random(using: &random) ? .avoided : .indifferent
        )
      }
      let problem = PlacementProblem(
        banks: banks,
        obstacles: obstacles.map { Obstacle(name: "o", range: $0) },
        requests: requests,
        lowMemoryEnd: PhysicalAddress(.random(in: 0..<12, using: &random))
      )
      var best: [UInt64]?
      BruteForce(problem, limit: 16).visit { bases in
        let rank = rank(problem, bases)
        if best.map({ rank.lexicographicallyPrecedes($0) }) ?? true { best = rank }
        return true
      }
      let placement = try Planner.plan(problem, goal: .best).placement
      let found = placement.map { rank(problem, $0.regions.map(\.base.rawValue)) }
      #expect(found == best, "\(problem)")
      if let placement {
        #expect(placement.isOptimal)
        compared += 1
      }
    }
    #expect(compared > rounds / 4)
  }

  @Test func aRegionStaysWhereItIs() throws {
    let problem = problem(
      [range(0, 0x100)],
      request("camera", 0x20, in: range(0, 0x100), preferred: 0x60),
      request("video", 0x40, in: range(0, 0x100))
    )
    let placement = try #require(try Planner.plan(problem, goal: .best).placement)
    #expect(placement["camera"] == PhysicalAddress(0x60))
    #expect(placement["video"] == PhysicalAddress(0))
    #expect(placement.isOptimal)
  }

  @Test func onlyOneOfTwoThatWantTheSamePlaceMoves() throws {
    let problem = problem(
      [range(0, 0x100)],
      request("a", 0x20, in: range(0, 0x100), preferred: 0x60),
      request("b", 0x20, in: range(0, 0x100), preferred: 0x70),
      request("c", 0x10, in: range(0, 0x100), preferred: 0xf0)
    )
    let placement = try #require(try Planner.plan(problem, goal: .best).placement)
    // Moving a leaves 0x90 ..< 0xf0 free, moving b 0x80 ..< 0xf0.
    #expect(placement.regions.map(\.base.rawValue) == [0x60, 0, 0xf0])
  }

  @Test func whatCanLieHighLeavesLowMemory() throws {
    let problem = problem(
      [range(0, 0x40), range(0x80, 0xc0)],
      request("high", 0x30, in: range(0, 0xc0), lowMemory: .avoided),
      request("either", 0x30, in: range(0, 0xc0)),
      lowMemoryEnd: 0x40
    )
    let placement = try #require(try Planner.plan(problem, goal: .best).placement)
    #expect(placement["high"] == PhysicalAddress(0x80))
    #expect(placement["either"] == PhysicalAddress(0))
  }

  @Test func aBudgetThatEndsKeepsWhatWasFound() throws {
    let requests = (0..<12).map { index in
      request("r\(index)", UInt64(3 + index * 2), shift: 1, in: range(0, 400), preferred: 100)
    }
    let problem = PlacementProblem(banks: [range(0, 400)], requests: requests)
    let placement = try #require(
      try Planner.plan(problem, goal: .best, budget: StepBudget(steps: 400)).placement
    )
    #expect(!placement.isOptimal)
    #expect(PlacementVerifier.violations(of: placement, in: problem).isEmpty)
  }
}
