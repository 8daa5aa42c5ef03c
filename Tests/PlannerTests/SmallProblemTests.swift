import PhysicalMemory
import Planner
import TestSupport
import Testing

/// Up to four regions in 24 pages, counted in pages, against trying everything.
@Suite struct SmallProblemTests {
  static let pages: UInt64 = 24

  #if DEBUG
  static let count = 1_500
  #else
  static let count = 60_000
  #endif

  /// A problem with one or two banks, up to three obstacles and up to four regions; sizes, alignments,
  /// windows and boundaries as they come.
  static func problem(_ random: inout SeededGenerator) -> PlacementProblem {
    func part() -> PhysicalRange {
      let start = UInt64.random(in: 0..<pages, using: &random)
      return range(start, .random(in: start + 1...pages, using: &random))
    }
    let cut = UInt64.random(in: 1..<pages, using: &random)
    let banks = Bool.random(using: &random) ? [range(0, 24)] : [range(0, cut), range(cut, 24)]
    let obstacles = (0..<Int.random(in: 0...3, using: &random)).map { index in
      let start = UInt64.random(in: 0..<pages, using: &random)
      return Obstacle(
        name: "o\(index)",
        range: range(start, min(24, start + .random(in: 1...4, using: &random)))
      )
    }
    let requests = (0..<Int.random(in: 1...4, using: &random)).map { index in
      var request = request(
        "r\(index)",
        .random(in: 1...9, using: &random),
        shift: [0, 0, 0, 1, 2, 3].randomElement(using: &random) ?? 0,
        in: Bool.random(using: &random) ? range(0, 24) : part()
      )
      if Int.random(in: 0..<4, using: &random) == 0 { request.windows.append(part()) }
      if Int.random(in: 0..<4, using: &random) == 0 {
        request.boundary = ByteCount(.random(in: 4...13, using: &random))
      }
      return request
    }
    return PlacementProblem(banks: banks, obstacles: obstacles, requests: requests)
  }

  /// A problem whose regions need all that is free, or all but a page: cut from a layout, and half of
  /// the time changed by a page afterwards.
  static func full(_ random: inout SeededGenerator) -> PlacementProblem {
    let gap = UInt64.random(in: 4..<pages - 4, using: &random)
    let hole = UInt64.random(in: 0...2, using: &random)
    let free = hole == 0 ? [range(0, 24)] : [range(0, gap), range(gap + hole, 24)]
    var requests: [PlacementRequest] = []
    for run in free {
      var cursor = run.start.rawValue
      for piece in 0..<2 {
        let left = run.end.rawValue - cursor
        let size = piece == 1 ? left : UInt64.random(in: 1..<left, using: &random)
        let shift = cursor == 0 ? 3 : min(3, cursor.trailingZeroBitCount)
        requests.append(
          request(
            "r\(requests.count)",
            size,
            shift: UInt8(Int.random(in: 0...shift, using: &random)),
            in: range(
              .random(in: 0...cursor, using: &random),
              .random(in: cursor + size...24, using: &random)
            )
          )
        )
        cursor += size
      }
    }
    if Bool.random(using: &random), requests[1].size > ByteCount(1) {
      requests[0].size += ByteCount(1)
      requests[1].size = requests[1].size - ByteCount(1)
    }
    if Int.random(in: 0..<3, using: &random) == 0, requests[0].size > ByteCount(1) {
      requests[0].size = requests[0].size - ByteCount(1)
    }
    let obstacles = hole == 0 ? [] : [Obstacle(name: "hole", range: range(gap, gap + hole))]
    return PlacementProblem(banks: [range(0, 24)], obstacles: obstacles, requests: requests)
  }

  /// The whole solver, and each complete search alone.
  static let techniques: [SearchTechniques] = [.all, [.gaps], [.memory, .exchange, .filling]]

  func agree(_ problem: PlacementProblem) throws -> Bool {
    let expected = BruteForce(problem, limit: Self.pages).isFeasible
    for techniques in Self.techniques {
      let outcome = try Planner.plan(
        problem,
        refinement: StepBudget(steps: 0),
        techniques: techniques
      )
      #expect((outcome.placement != nil) == expected, "\(techniques): \(problem)")
      #expect((outcome.infeasibility != nil) != expected, "\(techniques): \(problem)")
    }
    return expected
  }

  @Test func anyFourRegionsAgreeWithBruteForce() throws {
    var random = SeededGenerator(seed: 24)
    var feasible = 0
    for _ in 0..<Self.count where try agree(Self.problem(&random)) { feasible += 1 }
    #expect(feasible > Self.count / 10 && feasible < Self.count * 9 / 10)
  }

  @Test func fullMemoryAgreesWithBruteForce() throws {
    var random = SeededGenerator(seed: 97)
    var feasible = 0
    for _ in 0..<Self.count where try agree(Self.full(&random)) { feasible += 1 }
    #expect(feasible > Self.count / 10 && feasible < Self.count * 19 / 20)
  }

  /// The order of the lists is no part of a problem.
  @Test func shufflingChangesNothing() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<Self.count / 20 {
      for problem in [Self.problem(&random), Self.full(&random)] {
        var shuffled = problem
        shuffled.requests.shuffle(using: &random)
        shuffled.obstacles.shuffle(using: &random)
        shuffled.banks.shuffle(using: &random)
        for index in shuffled.requests.indices {
          shuffled.requests[index].windows.shuffle(using: &random)
        }
        for goal in [PlacementGoal.any, .best] {
          #expect(try Planner.plan(problem, goal: goal) == Planner.plan(shuffled, goal: goal))
        }
      }
    }
  }
}
