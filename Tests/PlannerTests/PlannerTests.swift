import PhysicalMemory
import Planner
import TestSupport
import Testing

@Suite struct PlannerTests {
  @Test func noRequestsHaveTheEmptyPlacement() throws {
    let outcome = try Planner.plan(PlacementProblem(banks: [], requests: []))
    #expect(outcome == .placed(Placement([])))
    #expect(
      try Planner.plan(PlacementProblem(banks: [], requests: []), goal: .best) == outcome
    )
  }

  @Test func everyDefectIsReported() {
    var broken = problem(
      [range(0, 0x100), range(0x80, 0x180)],
      request("a", 0, in: range(0, 1), boundary: 0),
      request("b", 1, in: range(0, 1), apart: Separation(from: ["b", "x"], block: .bank)),
      request("c", 1, in: range(0, 1), apart: Separation(from: ["a"], block: .bytes(.zero)))
    )
    broken.requests += [broken.requests[2], broken.requests[2]]
    let expected: Set<PlacementDefect> = [
      .zeroSize("a"), .zeroBoundary("a"), .apartFromItself("b"), .unknownName("x", in: "b"),
      .zeroBlock("c"), .duplicateName("c"),
      .overlappingBanks(range(0, 0x100), range(0x80, 0x180)),
    ]
    #expect(Set(broken.defects) == expected)
    #expect(throws: InvalidPlacementProblem(defects: broken.defects)) {
      try Planner.plan(broken)
    }
  }

  @Test func whatNoMemoryHoldsHasNoPlace() throws {
    let whole = range(0, .max)
    let cases = [
      request("a", .max, shift: 1, in: range(1, .max)),
      request("a", 1, in: range(7, 7)),
      PlacementRequest(name: "a", size: ByteCount(1), windows: []),
      request("a", 9, in: whole, boundary: 8),
      request("a", 1, shift: 63, in: range((1 << 63) + 1, .max)),
    ]
    for request in cases {
      let outcome = try Planner.plan(PlacementProblem(banks: [whole], requests: [request]))
      let facts = try #require(outcome.infeasibility)
      #expect(facts.reason == .noPlace("a"))
      #expect(facts.conflict == ["a"] && facts.isIrreducible)
    }
    let all = try Planner.plan(problem([whole], request("a", .max, in: whole)))
    #expect(all.placement?["a"] == PhysicalAddress(0))
    let both = try Planner.plan(
      problem([whole], request("a", .max, in: whole), request("b", .max, in: whole))
    )
    #expect(both.infeasibility?.conflict == ["a", "b"])
  }

  @Test func banksAndWindowsDoNotMerge() throws {
    let banks = try Planner.plan(
      problem([range(0, 8), range(8, 16)], request("a", 9, in: range(0, 16)))
    )
    #expect(banks.infeasibility != nil)
    let windows = try Planner.plan(
      problem([range(0, 16)], request("a", 9, in: range(0, 8), range(8, 16)))
    )
    #expect(windows.infeasibility != nil)
  }

  @Test func aBoundaryThatIsNoPowerOfTwo() throws {
    // Multiples of 4096 whose remainder by 3000 leaves room for 2900 bytes: 15 * 4096 = 20 * 3000 + 1440.
    for size: UInt64 in [1, 1000, 2000, 2900, 3000] {
      let problem = problem(
        [range(1, 1 << 40)],
        request("a", size, shift: 12, in: range(1, 1 << 40), boundary: 3000)
      )
      let expected = (1...4000).map { UInt64($0) * 4096 }.first { $0 % 3000 + size <= 3000 }
      #expect(try Planner.plan(problem).placement?["a"]?.rawValue == expected)
    }
  }

  @Test func shuffledListsHaveTheSameOutcome() throws {
    var random = SeededGenerator(seed: 7)
    let feasible = PlacementProblem(
      banks: [range(0, 64), range(64, 128)],
      obstacles: [
        Obstacle(name: "x", range: range(20, 30)), Obstacle(name: "y", range: range(25, 33)),
      ],
      requests: (1...8).map { index in
        request(
          "r\(index)",
          UInt64(index + 3),
          shift: UInt8(index % 3),
          in: range(64, 128),
          range(0, 80)
        )
      }
    )
    var tight = feasible
    for index in tight.requests.indices { tight.requests[index].windows = [range(64, 128)] }
    tight.requests.append(request("z", 9, in: range(60, 128)))
    for original in [feasible, tight] {
      let expected = try Planner.plan(original)
      #expect((expected.placement != nil) == (original == feasible))
      for _ in 0..<10 {
        var shuffled = original
        shuffled.banks.shuffle(using: &random)
        shuffled.obstacles.shuffle(using: &random)
        shuffled.requests.shuffle(using: &random)
        for index in shuffled.requests.indices {
          shuffled.requests[index].windows.shuffle(using: &random)
        }
        #expect(try Planner.plan(shuffled) == expected)
      }
    }
  }

  @Test func oneRequestMoreNeverMakesRoom() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<40 {
      var requests: [PlacementRequest] = []
      var wasFeasible = true
      for index in 0..<7 {
        let size = UInt64.random(in: 1...12, using: &random)
        let start = UInt64.random(in: 0...20, using: &random)
        requests.append(
          request(
            "r\(index)",
            size,
            shift: .random(in: 0...3, using: &random),
            in: range(start, start + size + .random(in: 0...24, using: &random))
          )
        )
        let outcome = try Planner.plan(PlacementProblem(banks: [range(0, 48)], requests: requests))
        let isFeasible = outcome.placement != nil
        #expect(wasFeasible || !isFeasible)
        #expect(isFeasible || outcome.infeasibility != nil)
        wasFeasible = isFeasible
      }
    }
  }

  @Test func aBudgetThatEndsIsNoAnswer() throws {
    let requests = (0..<12).map { request("r\($0)", UInt64(20 + $0), in: range(0, 310)) }
    let tight = PlacementProblem(
      banks: [range(0, 310)],
      obstacles: [Obstacle(name: "o", range: range(150, 151))],
      requests: requests
    )
    guard case .unknown(let steps) = try Planner.plan(tight, budget: StepBudget(steps: 30)) else {
      Issue.record("30 steps should not do")
      return
    }
    #expect(steps >= 30)
  }

  /// Tight packings by construction, where only the complete search with all its shortcuts gets there.
  @Test func fullMemoryIsFilled() throws {
    var random = SeededGenerator(seed: 11)
    for round in 0..<60 {
      var requests: [PlacementRequest] = []
      var obstacles: [PhysicalRange] = []
      var cursor: UInt64 = 0
      for index in 0..<9 {
        let size = UInt64.random(in: 3...20, using: &random)
        let shift = UInt8(min(3, cursor == 0 ? 3 : cursor.trailingZeroBitCount))
        requests.append(request("r\(index)", size, shift: shift, in: range(0, 500)))
        cursor += size
        if index % 3 == 2 {
          obstacles.append(range(cursor, cursor + 2))
          cursor += 2
        }
      }
      let full = PlacementProblem(
        banks: [range(0, cursor)],
        obstacles: obstacles.map { Obstacle(name: "o", range: $0) },
        requests: requests
      )
      for techniques in [.all, [.memory, .exchange, .filling], .exchange, .memory]
        as [SearchTechniques]
      {
        let outcome = try Planner.plan(full, techniques: techniques)
        #expect(outcome.placement != nil, "round \(round)")
      }
    }
  }

  @Test(arguments: HardInstance.all)
  func hardInstancesHaveTheirKnownAnswer(_ instance: HardInstance) throws {
    let outcome = try Planner.plan(instance.problem, refinement: StepBudget(steps: 0))
    #expect((outcome.placement != nil) == instance.isFeasible)
    #expect((outcome.infeasibility != nil) != instance.isFeasible)
  }

  /// Gaps of one length can be filled in any order; leaving out the others must not lose a placement.
  @Test func equalGapsLoseNothing() throws {
    var random = SeededGenerator(seed: 13)
    var feasible = 0
    let rounds = 300
    for _ in 0..<rounds {
      let shift = UInt8.random(in: 0...1, using: &random)
      let first = UInt64.random(in: 0...1, using: &random) * 4
      let banks = [range(20 - first, 30), range(40, 50), range(60, 70)]
      var requests: [PlacementRequest] = []
      var rest = UInt64.random(in: 27...(30 + first), using: &random)
      while rest > 0, requests.count < 8 {
        let size = min(rest, UInt64.random(in: 1...4, using: &random) << UInt64(shift))
        requests.append(request("r\(requests.count)", size, shift: shift, in: range(0, 80)))
        rest -= size
      }
      let problem = PlacementProblem(banks: banks, requests: requests)
      let expected = try Planner.plan(problem, techniques: []).placement != nil
      if expected { feasible += 1 }
      for techniques in [.exchange, [.exchange, .memory, .filling]] as [SearchTechniques] {
        let outcome = try Planner.plan(problem, techniques: techniques)
        #expect((outcome.placement != nil) == expected, "\(problem)")
        #expect((outcome.infeasibility != nil) != expected, "\(problem)")
      }
    }
    #expect(feasible > 20 && feasible < rounds - 20)
  }
}
