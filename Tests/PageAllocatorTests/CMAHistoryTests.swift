import PhysicalMemory
import Testing

@testable import PageAllocator

@Suite struct CMA2010Tests {
  private let regions = [
    CMA2010Region(name: "a", size: bytes(8), base: PageFrameNumber(32).address(.kib4)),
    CMA2010Region(name: "b", size: bytes(16), alignment: Alignment(shift: 15)),
  ]

  @Test func theMapChoosesRegionsInOrder() throws {
    let map = [
      CMA2010Rule(device: "s5p-fimc.?", kind: "b", regions: ["b"]),
      CMA2010Rule(device: "s5p-*", regions: ["a", "b"]),
    ]
    var machine = machineOfToday()
    machine.reserved = PhysicalRegionSet([pages(0, 3)])
    var system = try ContiguousSystem(.cma2010(regions, map: map), on: machine)
    // `b` was given the lowest place that is aligned.
    #expect(system.regionReports().map(\.first.rawValue) == [32, 8])
    #expect(system.first(contiguous(4, device: "s5p-mfc")) == 32)
    #expect(system.first(contiguous(6, device: "s5p-mfc")) == 8)
    #expect(system.first(contiguous(1, device: "s5p-fimc.0", kind: "b")) == 14)
    #expect(system.allocate(contiguous(1, device: "uart")).result == .failure(.noSuchRegion))
    // The reservations are lost for everybody else: nothing migrates.
    #expect(system.memory.freePageCount == 64 - 3 - 24)
  }

  @Test func bestFitTakesTheSmallestHole() throws {
    let rule = CMA2010Rule(device: "*", regions: ["b"])
    var system = try ContiguousSystem(.cma2010(regions, map: [rule]), on: machineOfToday())
    let buffers = try [6, 2, 3, 1, 4].map { try system.taken(contiguous($0)) }
    system.free(buffers[0])
    system.free(buffers[2])
    // Holes of six and of three pages: three pages go to the smaller, though it lies higher.
    #expect(system.first(contiguous(3)) == 8)
    #expect(system.first(contiguous(4)) == 0)
  }

  @Test func aRuleNamesARegionThatIsThere() {
    let rule = CMA2010Rule(device: "*", regions: ["c"])
    #expect(throws: StrategyError.noSuchRegion("c")) {
      _ = try ContiguousSystem(.cma2010(regions, map: [rule]), on: machineOfToday())
    }
  }

  @Test(arguments: [
    ("s5p-*", "s5p-mfc", true), ("*", "", true), ("a?c", "abc", true), ("a?c", "ac", false),
    ("*.1", "x.1.1", true), ("*.1", "x.1.2", false), ("a*b*c", "aXbYbZc", true),
  ])
  func wildcards(pattern: String, text: String, expected: Bool) {
    #expect(WildcardPattern(pattern).matches(text) == expected)
  }
}

@Suite struct CMA2011Tests {
  private func system(isPrivate: Bool, minimum: UInt8 = 12) throws -> ContiguousSystem {
    let context = CMA2011Context(
      name: "cma",
      range: pages(32, 64),
      minimumAlignment: Alignment(shift: minimum),
      isPrivate: isPrivate
    )
    return try ContiguousSystem(.cma2011([context]), on: machineOfToday())
  }

  @Test func aContextsMemoryServesOthersMeanwhileUnlessItIsPrivate() throws {
    #expect(try system(isPrivate: false).memory.freePageCount == 64)
    #expect(try system(isPrivate: false).idleBytes == .zero)
    #expect(try system(isPrivate: true).memory.freePageCount == 32)
    #expect(try system(isPrivate: true).idleBytes == bytes(32))
  }

  @Test func movablePagesComeToItLast() throws {
    var system = try system(isPrivate: false)
    // Half of memory free in the area: today's kernel would take turns.
    let taken = try (0..<32).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    #expect(taken.allSatisfy { $0.rawValue < 32 })
    let next = try system.memory.allocatePages(PageRequest(use: .anonymous))
    #expect(next.rawValue >= 32)
    #expect(throws: AllocationFailure.outOfMemory) {
      _ = try system.memory.allocatePages(PageRequest(use: .unmovable))
    }
  }

  @Test func otherTypesAreStolenFromFirst() throws {
    var early = machineOfToday()
    early.cmaUse = .beforeFallback
    for (strategy, isInArea) in [
      (Strategy.today, true),
      (.cma2011([CMA2011Context(name: "cma", range: pages(32, 64))]), false),
    ] {
      var system = try ContiguousSystem(strategy, on: early)
      // Every pageblock below the area becomes unmovable; then half of their pages are free again.
      let taken = try (0..<32).map { _ in
        try system.memory.allocatePages(PageRequest(use: .unmovable))
      }
      for page in taken where page.rawValue % 2 == 0 { system.memory.freePages(at: page) }
      let page = try system.memory.allocatePages(PageRequest(use: .anonymous))
      #expect((page.rawValue >= 32) == isInArea)
    }
  }

  @Test func pagesAreMovedOutAndComeBack() throws {
    var system = try system(isPrivate: false)
    let taken = try (0..<44).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    for page in taken.prefix(20) { system.memory.freePages(at: page) }
    let outcome = system.allocate(contiguous(32))
    #expect(outcome.buffer?.first == PageFrameNumber(32))
    #expect(outcome.pagesMigrated == 12)
    #expect(system.memory.checkInvariants() == nil)
    system.free(try #require(outcome.buffer))
    #expect(system.regionReports()[0].largestFreePages == 32)
    #expect(system.memory.checkInvariants() == nil)
  }

  @Test func onePinnedPageMakesTheCallFailAtOnce() throws {
    var system = try system(isPrivate: false)
    let taken = try (0..<33).map { _ in
      try system.memory.allocatePages(PageRequest(use: .anonymous))
    }
    let last = PageFrameNumber(33)
    let moved = try system.memory.movePage(#require(taken.last), to: last)
    #expect(moved)
    system.memory.pin(last)
    for page in taken.dropLast() { system.memory.freePages(at: page) }
    // Room for four pages is there behind the pinned one, but no other place is tried.
    #expect(system.allocate(contiguous(4)).result == .failure(.busy))
    #expect(system.regionReports()[0].usedPages == 0)
    system.memory.unpin(last)
    #expect(system.first(contiguous(4)) == 32)
  }

  @Test func chunksAreAlignedPinnedAndFreed() throws {
    var system = try system(isPrivate: true, minimum: 14)
    let chunk = try system.chunk(3)
    let other = try system.chunk(1)
    #expect([chunk.first.rawValue, other.first.rawValue] == [32, 36])
    #expect(chunk.pages == 3)
    let address = system.pinChunk(chunk)
    #expect(address == PhysicalAddress(32 << 12))
    system.unpinChunk(chunk)
    system.freeChunk(chunk)
    let aligned = system.allocateChunk("cma", bytes(1), alignment: Alignment(shift: 15))
    #expect(aligned?.first == PageFrameNumber(32))
    let none = system.allocateChunk("none", bytes(1))
    #expect(none == nil)
  }
}
