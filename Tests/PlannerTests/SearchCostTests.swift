import PhysicalMemory
import TestSupport
import Testing

@testable import Planner

/// What the searches cost, and which of several answers they give, as recorded.
///
/// A shortcut that no longer cuts changes no answer: it costs steps. So steps are a result like any
/// other. Where a change is meant to make them fewer, these figures are recorded anew.
@Suite struct SearchCostTests {
  /// Steps of the search, problems that have a placement, that have none, and a sum over all bases.
  struct Cost: Equatable, Sendable, CustomStringConvertible {
    var steps = 0
    var placed = 0
    var refused = 0
    var bases: UInt64 = 0

    var description: String {
      "Cost(steps: \(steps), placed: \(placed), refused: \(refused), bases: \(bases))"
    }

    mutating func add(_ verdict: Verdict, _ used: Int) {
      steps += used
      switch verdict {
      case .feasible(let found):
        placed += 1
        for base in found { bases = bases &* 31 &+ base }
      case .infeasible(let proof):
        refused += 1
        for item in proof.items { bases = bases &* 37 &+ UInt64(item) }
      case .unknown: break
      }
    }
  }

  private func cost(
    of problems: [PlacementProblem],
    _ techniques: SearchTechniques,
    steps: Int
  ) -> Cost {
    var cost = Cost()
    for problem in problems {
      var effort = SearchEffort(StepBudget(steps: steps), techniques)
      let verdict = Solver.solve(SearchProblem(problem.normalized), &effort)
      cost.add(verdict, effort.used)
    }
    return cost
  }

  /// Regions that fill two to four gaps but for `spare` pages; `count` of them, cut from a layout, and
  /// perturbed half of the time.
  private static func filling(
    _ random: inout SeededGenerator,
    count: Int,
    most: UInt64,
    spare: UInt64
  ) -> PlacementProblem {
    var requests: [PlacementRequest] = []
    var obstacles: [PhysicalRange] = []
    var cursor: UInt64 = 0
    for index in 0..<count {
      let size = UInt64.random(in: 2...most, using: &random)
      let shift = UInt8(min(4, cursor == 0 ? 4 : cursor.trailingZeroBitCount))
      requests.append(
        request(
          "r\(index)",
          size,
          shift: .random(in: 0...shift, using: &random),
          in: range(0, 1 << 20)
        )
      )
      cursor += size
      if index % 4 == 3 {
        obstacles.append(range(cursor, cursor + 2))
        cursor += 2
      }
    }
    if Bool.random(using: &random) {
      requests[0].size += ByteCount(1)
      requests[1].size = requests[1].size - ByteCount(1)
    }
    for index in requests.indices where Int.random(in: 0..<4, using: &random) == 0 {
      let low = UInt64.random(in: 0...cursor / 3, using: &random)
      requests[index].windows = [range(low, low + cursor * 2 / 3 + spare)]
    }
    return PlacementProblem(
      banks: [range(0, cursor + spare)],
      obstacles: obstacles.map { Obstacle(name: "o", range: $0) },
      requests: requests
    )
  }

  private static func many(
    _ count: Int,
    seed: UInt64,
    _ make: (inout SeededGenerator) -> PlacementProblem
  ) -> [PlacementProblem] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in make(&random) }
  }

  /// Items of a few sizes in gaps of one length.
  private static func equalGaps(_ random: inout SeededGenerator) -> PlacementProblem {
    let banks = (0..<5).map { range(UInt64($0) * 40 + 8, UInt64($0) * 40 + 28) }
    var rest = UInt64.random(in: 86...100, using: &random)
    var requests: [PlacementRequest] = []
    while rest >= 6 {
      let size = min(rest, UInt64.random(in: 3...7, using: &random) * 2) / 2 * 2
      requests.append(request("r\(requests.count)", size, shift: 1, in: range(0, 220)))
      rest -= size
    }
    return PlacementProblem(banks: banks, requests: requests)
  }

  /// Many aligned regions whose windows overlap, a little more than there is room for.
  private static func crowded(_ random: inout SeededGenerator) -> PlacementProblem {
    let requests = (0..<24).map { index in
      let low = UInt64.random(in: 0...240, using: &random)
      return request(
        "r\(index)",
        .random(in: 3...26, using: &random),
        shift: .random(in: 0...4, using: &random),
        in: range(low, low + .random(in: 60...200, using: &random))
      )
    }
    return PlacementProblem(
      banks: [range(0, 170), range(180, 420)],
      obstacles: [Obstacle(name: "o", range: range(100, 103))],
      requests: requests
    )
  }

  private static func apart(_ random: inout SeededGenerator) -> PlacementProblem {
    var problem = SmallProblemTests.problem(&random)
    let names = problem.requests.map(\.name)
    for index in problem.requests.indices.dropFirst() where Bool.random(using: &random) {
      let block: Separation.Block =
        Bool.random(using: &random) ? .bank : .bytes(ByteCount(.random(in: 2...7, using: &random)))
      problem.requests[index].apart = [Separation(from: [names[0]], block: block)]
    }
    return problem
  }

  /// More regions than one word has bits, and more than two have.
  private static func large(_ count: Int) -> PlacementProblem {
    var random = SeededGenerator(seed: UInt64(count))
    return filling(&random, count: count, most: 9, spare: 3)
  }

  private static let families: [(name: String, steps: Int, problems: [PlacementProblem])] = [
    ("any small", 2_000, many(200, seed: 1, SmallProblemTests.problem)),
    ("full small", 2_000, many(200, seed: 2, SmallProblemTests.full)),
    ("exactly full", 12_000, many(30, seed: 3) { filling(&$0, count: 11, most: 20, spare: 0) }),
    ("nearly full", 12_000, many(30, seed: 4) { filling(&$0, count: 12, most: 40, spare: 5) }),
    ("equal gaps", 12_000, many(30, seed: 5, equalGaps)),
    ("crowded", 6_000, many(40, seed: 6, crowded)),
    ("apart", 2_000, many(200, seed: 7, apart)),
    ("large", 30_000, [large(40), large(70), large(110), large(140)]),
  ]

  private static let techniques: [(name: String, techniques: SearchTechniques)] = [
    ("all", .all), ("none", []), ("counting", .counting), ("greedy", .greedy),
    ("gaps", .gaps), ("memory", .memory), ("exchange", .exchange), ("filling", .filling),
    ("turns", [.gaps, .sweep, .memory, .exchange, .filling]),
  ]

  @Test func stepsAreThoseRecorded() {
    for (family, steps, problems) in Self.families {
      for (name, techniques) in Self.techniques {
        let found = cost(of: problems, techniques, steps: steps)
        let key = "\(family), \(name)"
        #expect(found == recordedCosts[key], "\"\(key)\": \(found),")
      }
    }
  }

  /// The best placement, and why there is none, within few steps: what is reached depends on what each
  /// question costs.
  @Test func refinementGetsAsFarAsRecorded() throws {
    for (family, steps, problems) in Self.families where family != "large" {
      var random = SeededGenerator(seed: 9)
      var sum = Digest()
      for var problem in problems.prefix(30) {
        for index in problem.requests.indices {
          if Bool.random(using: &random) {
            problem.requests[index].preferred = PhysicalAddress(.random(in: 0..<30, using: &random))
          }
          // With more than twenty not every combination is tried.
          let isAvoided = Bool.random(using: &random) || family == "crowded"
          if isAvoided { problem.requests[index].lowMemory = .avoided }
        }
        let lowEnd = UInt64.random(in: 0..<40, using: &random)
        problem.lowMemoryEnd = PhysicalAddress(family == "crowded" ? lowEnd * 5 : lowEnd)
        for refinement in [40, 400, steps] {
          let outcome = try Planner.plan(
            problem,
            goal: .best,
            budget: StepBudget(steps: steps),
            refinement: StepBudget(steps: refinement)
          )
          sum.add("\(outcome)")
        }
      }
      #expect(sum.value == recordedRefinements[family], "\"\(family)\": \(sum.value),")
    }
  }

  /// FNV-1a.
  private struct Digest {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    mutating func add(_ text: String) {
      for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
  }
}
