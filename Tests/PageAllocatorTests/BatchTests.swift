import PhysicalMemory
import TestSupport
import Testing

@testable import PageAllocator

#if DEBUG
private let steps = 120
private let seeds: Range<UInt64> = 0..<3
#else
private let steps = 3000
private let seeds: Range<UInt64> = 0..<16
#endif

extension PageAllocator {
  /// The first difference in lists, pages, pageblocks or counters, or nil.
  borrowing func differs(from other: borrowing PageAllocator) -> String? {
    for zone in 0..<zones.count {
      for type in MigrateType.allCases {
        for order in 0...maxOrder {
          let mine = listed(zone, type, order)
          let theirs = other.listed(zone, type, order)
          if mine != theirs { return "list \(zone)/\(type)/\(order): \(mine), not \(theirs)" }
        }
      }
      if zones[zone].free != other.zones[zone].free { return "zone \(zone): free pages" }
      if zones[zone].freeCMA != other.zones[zone].freeCMA { return "zone \(zone): free CMA" }
    }
    for position in 0..<words.count {
      if words[position] != other.words[position] { return "the word of \(position)" }
      if words.state(position) != other.words.state(position) { return "state of \(position)" }
      if pageblockType(at: position) != other.pageblockType(at: position) { return "pageblock" }
    }
    return statistics == other.statistics ? nil : "the statistics"
  }

  private borrowing func listed(_ zone: Int, _ type: MigrateType, _ order: Int) -> [Int] {
    var positions: [Int] = []
    _ = words.forEach(ofList: listIndex(zone, type, order)) { position in
      positions.append(position)
      return nil
    }
    return positions
  }
}

/// The same operations on two engines, of which one moves pages one by one.
private struct TwinRun: ~Copyable {
  var one: PageAllocator
  var other: PageAllocator
  var random: SeededGenerator
  var blocks: [PageFrameNumber] = []
  var buffers: [(area: Int, first: PageFrameNumber, pages: UInt64)] = []
  var pinned: [PageFrameNumber] = []

  init(_ machine: Machine, seed: UInt64) throws {
    one = try PageAllocator(machine)
    one.recordsRelocations = true
    other = one.copy()
    other.movesInBatches = false
    random = SeededGenerator(seed: seed)
  }

  mutating func step() -> String? {
    let broken: String?
    switch Int.random(in: 0..<100, using: &random) {
    case ..<50: broken = allocate()
    case ..<70: broken = free()
    case ..<76: broken = pin()
    case ..<92: broken = takeFromArea()
    default: broken = giveToArea()
    }
    return broken ?? follow()
  }

  private mutating func follow() -> String? {
    let moves = one.takeRelocations()
    if moves != other.takeRelocations() { return "relocations" }
    for move in moves {
      guard let index = blocks.firstIndex(of: move.from) else { return "\(move) of nothing" }
      switch move.fate {
      case .moved(let page): blocks[index] = page
      case .dropped: blocks.remove(at: index)
      case .split:
        blocks.remove(at: index)
        for page in 0..<move.order.pages {
          blocks.append(PageFrameNumber(move.from.rawValue + page))
        }
      }
    }
    return nil
  }

  private mutating func allocate() -> String? {
    let uses: [PageUse] = [
      .anonymous, .anonymous, .anonymous, .tmpfs, .mlocked, .fileDirty, .fileClean, .unmovable,
    ]
    let isLarge = Int.random(in: 0..<20, using: &random) == 0
    let request = PageRequest(
      order: Order(isLarge ? 2 : 0),
      use: uses[Int.random(in: 0..<uses.count, using: &random)],
      owner: OwnerID(UInt32.random(in: 1...1000, using: &random)),
      mayWait: Bool.random(using: &random)
    )
    let page = try? one.allocatePages(request)
    if page != (try? other.allocatePages(request)) { return "an allocation" }
    if let broken = follow() { return broken }
    if let page { blocks.append(page) }
    return nil
  }

  private mutating func free() -> String? {
    guard let index = blocks.indices.randomElement(using: &random),
      !pinned.contains(blocks[index])
    else { return nil }
    let page = blocks.remove(at: index)
    one.freePages(at: page)
    other.freePages(at: page)
    return nil
  }

  private mutating func pin() -> String? {
    if pinned.count > 3 {
      let page = pinned.removeFirst()
      one.unpin(page)
      other.unpin(page)
    } else if let page = blocks.randomElement(using: &random) {
      one.pin(page)
      other.pin(page)
      pinned.append(page)
    }
    return nil
  }

  private mutating func takeFromArea() -> String? {
    guard let area = one.areas.indices.randomElement(using: &random) else { return nil }
    let most = Swift.max(one.areas[area].pages / 2, 1)
    let pages = UInt64.random(in: 1...UInt64(most), using: &random)
    let align = Order(UInt8.random(in: 0...4, using: &random))
    let outcome = one.allocateCMA(CMAAreaID(area), pages: pages, alignmentOrder: align)
    if outcome != other.allocateCMA(CMAAreaID(area), pages: pages, alignmentOrder: align) {
      return "an outcome"
    }
    if case .success(let first) = outcome.result { buffers.append((area, first, pages)) }
    return nil
  }

  private mutating func giveToArea() -> String? {
    guard let index = buffers.indices.randomElement(using: &random) else { return nil }
    let buffer = buffers.remove(at: index)
    let area = CMAAreaID(buffer.area)
    one.releaseCMA(area, first: buffer.first, pages: buffer.pages)
    other.releaseCMA(area, first: buffer.first, pages: buffer.pages)
    return nil
  }

  func differs() -> String? { one.differs(from: other) ?? one.checkInvariants() }
}

@Suite struct BatchTests {
  @Test(arguments: modelMachines.keys.sorted(), seeds)
  func batchesDoWhatSinglePagesDo(_ name: String, _ seed: UInt64) throws {
    let machine = try #require(modelMachines[name])
    var run = try TwinRun(machine, seed: seed)
    for step in 0..<steps {
      if let broken = run.step() ?? run.differs() {
        Issue.record("\(name), seed \(seed), step \(step): \(broken)")
        return
      }
    }
  }

  /// A board with areas of several pageblocks, half full to full.
  @Test(arguments: [50, 80, 99])
  func batchesOnABoard(_ percent: Int) throws {
    var machine = smallMachine(16384, pageblock: 9, largest: 10, areas: [pages(8192, 12288)])
    machine.watermarks = .minimumFree(.kib(128))
    var run = try TwinRun(machine, seed: UInt64(percent))
    let use = PageRequest(use: .anonymous, mayWait: false)
    while run.one.freePageCount > UInt64(16384 * (100 - percent) / 100) {
      let page = try run.one.allocatePages(use)
      #expect(try run.other.allocatePages(use) == page)
      run.blocks.append(page)
    }
    for step in 0..<60 {
      let broken = run.step() ?? run.differs()
      #expect(broken == nil, "step \(step)")
      if broken != nil { return }
    }
  }

  @Test func aRangeIsEmptiedInBatches() throws {
    var engine = try PageAllocator(
      smallMachine(16384, pageblock: 9, largest: 10, areas: [pages(8192, 12288)])
    )
    engine.recordsRelocations = true
    var taken: [PageFrameNumber] = []
    while let page = try? engine.allocatePages(PageRequest(use: .tmpfs, mayWait: false)) {
      taken.append(page)
    }
    for page in taken where page.rawValue < 8192 && page.rawValue % 8 != 0 {
      engine.freePages(at: page)
    }
    let outcome = engine.allocateCMA(CMAAreaID(0), pages: 2048)
    #expect(outcome.result == .success(PageFrameNumber(8192)))
    #expect(outcome.pagesMigrated == 2048)
    let moves = engine.takeRelocations()
    #expect(moves.count == 2048)
    // Of each batch the last page first.
    #expect(moves.prefix(32).map(\.from.rawValue) == (8192..<8224).reversed())
    #expect(engine.checkInvariants() == nil)
  }
}
