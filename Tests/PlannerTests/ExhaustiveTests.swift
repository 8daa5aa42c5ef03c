import PhysicalMemory
import Planner
import Testing

@Suite struct ExhaustiveTests {
  /// Every kind of memory that 16 bytes can be.
  static let memories: [([PhysicalRange], [PhysicalRange])] = [
    ([range(0, 16)], []),
    ([range(0, 8), range(8, 16)], [range(3, 4)]),
    ([range(1, 8), range(10, 16)], []),
    ([range(0, 16)], [range(5, 6), range(10, 12)]),
  ]

  /// Sizes, alignments, windows and boundaries that get in each other's way.
  static let shapes: [PlacementRequest] = [
    request("", 1, in: range(0, 16)),
    request("", 4, in: range(0, 16)),
    request("", 5, in: range(0, 16)),
    request("", 4, shift: 2, in: range(0, 16)),
    request("", 3, shift: 3, in: range(0, 16)),
    request("", 7, shift: 1, in: range(0, 12)),
    request("", 3, in: range(2, 6), range(5, 9)),
    request("", 2, in: range(6, 8)),
    request("", 3, in: range(0, 16), boundary: 4),
    request("", 4, shift: 1, in: range(3, 16), boundary: 5),
    request("", 6, in: range(9, 16), range(0, 7)),
  ]

  #if DEBUG
  static let stride = 3
  #else
  static let stride = 1
  #endif

  static func problems(apart: [Separation?]) -> [PlacementProblem] {
    var problems: [PlacementProblem] = []
    var count = 0
    for (banks, obstacles) in memories {
      for a in shapes.indices {
        for b in a..<shapes.count {
          for c in b..<shapes.count {
            for separation in apart {
              count += 1
              guard count % stride == 0 else { continue }
              let requests = zip(["a", "b", "c"], [a, b, c]).map { name, shape in
                PlacementRequest(
                  name: name,
                  size: shapes[shape].size,
                  alignment: shapes[shape].alignment,
                  windows: shapes[shape].windows,
                  boundary: shapes[shape].boundary,
                  apart: name == "c" ? separation.map { [$0] } ?? [] : []
                )
              }
              problems.append(
                PlacementProblem(
                  banks: banks,
                  obstacles: obstacles.map { Obstacle(name: "o", range: $0) },
                  requests: requests
                )
              )
            }
          }
        }
      }
    }
    return problems
  }

  @Test func threeRegionsAgreeWithBruteForce() throws {
    var feasible = 0
    var infeasible = 0
    for problem in Self.problems(apart: [nil]) {
      let expected = BruteForce(problem, limit: 16).isFeasible
      let outcome = try Planner.plan(problem)
      if expected { feasible += 1 } else { infeasible += 1 }
      #expect((outcome.placement != nil) == expected, "\(problem)")
      #expect((outcome.infeasibility != nil) != expected, "\(problem)")
      guard let facts = outcome.infeasibility else { continue }
      try expectIrreducible(facts, problem)
    }
    // The comparison means something only where both answers come up.
    #expect(feasible > 50 && infeasible > 50)
  }

  /// The greedy search solves most small problems, so the complete one has to do them alone too.
  @Test(arguments: [
    SearchTechniques(), .memory, .exchange, .filling, .counting, [.memory, .exchange, .filling],
  ])
  func theCompleteSearchNeedsNoHelp(_ techniques: SearchTechniques) throws {
    for problem in Self.problems(apart: [nil]) {
      let expected = try Planner.plan(problem).placement != nil
      let outcome = try Planner.plan(problem, techniques: techniques)
      #expect((outcome.placement != nil) == expected, "\(problem)")
      #expect((outcome.infeasibility != nil) != expected, "\(problem)")
    }
  }

  @Test func regionsApartAgreeWithBruteForce() throws {
    let separations = [
      Separation(from: ["a"], block: .bank),
      Separation(from: ["a", "b"], block: .bytes(ByteCount(4))),
      Separation(from: ["b"], block: .bytes(ByteCount(5))),
    ]
    for problem in Self.problems(apart: separations) {
      let expected = BruteForce(problem, limit: 16).isFeasible
      for techniques in [SearchTechniques.all, []] {
        let outcome = try Planner.plan(problem, techniques: techniques)
        #expect((outcome.placement != nil) == expected, "\(problem)")
        #expect((outcome.infeasibility != nil) != expected, "\(problem)")
      }
    }
  }

  /// The last 15 bytes that a range can hold are as good as the first: no sum passes 2^64.
  @Test func theEndOf64BitsIsNoDifferent() throws {
    // A multiple of every alignment and boundary of the shapes.
    let offset = UInt64.max - 15
    func cut(_ range: PhysicalRange, _ offset: UInt64) -> PhysicalRange {
      PhysicalRange(
        start: PhysicalAddress(range.start.rawValue + offset),
        end: PhysicalAddress(min(range.end.rawValue, 15) + offset)
      )
    }
    func moved(_ problem: PlacementProblem, _ offset: UInt64) -> PlacementProblem {
      var copy = problem
      copy.banks = problem.banks.map { cut($0, offset) }
      copy.obstacles = problem.obstacles.map {
        Obstacle(name: $0.name, range: cut($0.range, offset))
      }
      for index in copy.requests.indices {
        copy.requests[index].windows = copy.requests[index].windows.map { cut($0, offset) }
        copy.requests[index].preferred = PhysicalAddress(offset)
      }
      return copy
    }
    let separation = Separation(from: ["a"], block: .bytes(ByteCount(5)))
    let problems = Self.problems(apart: [nil, separation])
    for problem in problems.enumerated().filter({ $0.offset % (2 * Self.stride) == 0 }).map(
      \.element
    ) {
      let low = try Planner.plan(moved(problem, 0), goal: .best)
      let high = try Planner.plan(moved(problem, offset), goal: .best)
      let bases = low.placement?.regions.map { $0.base.rawValue + offset }
      #expect(high.placement?.regions.map(\.base.rawValue) == bases, "\(problem)")
      #expect(high.infeasibility?.conflict == low.infeasibility?.conflict)
      #expect(high.infeasibility?.demand == low.infeasibility?.demand)
      #expect(high.infeasibility?.capacity == low.infeasibility?.capacity)
    }
  }

  private func expectIrreducible(_ facts: Infeasibility, _ problem: PlacementProblem) throws {
    #expect(facts.isIrreducible)
    #expect(!BruteForce(problem.keeping(facts.conflict), limit: 16).isFeasible)
    for name in facts.conflict {
      let others = facts.conflict.filter { $0 != name }
      #expect(BruteForce(problem.keeping(others), limit: 16).isFeasible)
    }
    for repair in facts.repairs {
      var changed = problem
      switch repair.action {
      case .shrink(let name, let size):
        let index = try #require(problem.requests.firstIndex { $0.name == name })
        changed.requests[index].size = size
        #expect(BruteForce(changed, limit: 16).isFeasible)
        changed.requests[index].size = ByteCount(size.rawValue + 1)
        #expect(!BruteForce(changed, limit: 16).isFeasible, "one byte more has to be too much")
      case .widen(let name, let window):
        let index = try #require(problem.requests.firstIndex { $0.name == name })
        changed.requests[index].windows.append(window)
        #expect(BruteForce(changed, limit: 16).isFeasible)
      case .move(let obstacle, let base):
        let index = try #require(problem.obstacles.firstIndex(of: obstacle))
        let moved = try #require(PhysicalRange(start: base, size: obstacle.range.size))
        #expect(problem.banks.contains { $0.contains(moved) })
        changed.obstacles[index] = Obstacle(name: obstacle.name, range: moved)
        #expect(BruteForce(changed, limit: 16).isFeasible)
      }
    }
  }
}
