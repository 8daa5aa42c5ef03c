import PhysicalMemory
import Synchronization
import TestSupport
import Testing

@testable import PageAllocator

/// Events as they come.
private final class Events: Sendable {
  private let list = Mutex<[AllocatorEvent]>([])
  var all: [AllocatorEvent] { list.withLock { $0 } }
  func note(_ event: AllocatorEvent) { list.withLock { $0.append(event) } }
  func removeAll() { list.withLock { $0 = [] } }
}

@Suite struct TraceTests {
  @Test func pagesAreToldWhenTheyComeAndGo() throws {
    var engine = try PageAllocator(smallMachine(64))
    let events = Events()
    engine.trace = { events.note($0) }
    let request = PageRequest(use: .anonymous, owner: OwnerID(3))
    let page = try engine.allocatePages(request)
    engine.freePages(at: page)
    #expect(
      events.all == [
        .allocated(page, Order(0), .anonymous, OwnerID(3)), .freed(page, Order(0)),
      ]
    )
    engine.trace = nil
    _ = try engine.allocatePages(request)
    #expect(events.all.count == 2)
  }

  @Test func fallbacksAndRefusalsAreTold() throws {
    var engine = try PageAllocator(smallMachine(64))
    let events = Events()
    engine.trace = { events.note($0) }
    let block = try engine.allocatePages(PageRequest(order: Order(4), use: .unmovable))
    #expect(
      events.all.first
        == .fallback(block, order: Order(4), found: Order(4), type: .unmovable, from: .movable)
    )
    events.removeAll()
    _ = try? engine.allocatePages(PageRequest(order: Order(5), use: .tmpfs))
    #expect(events.all == [.refused(Order(5), .tmpfs)])
  }

  @Test func anAreaTellsItsSearch() throws {
    var engine = try PageAllocator(smallMachine(64, areas: [pages(32, 64)]))
    var taken: [PageFrameNumber] = []
    while engine.freePageCount > 0 {
      taken.append(try engine.allocatePages(PageRequest(use: .tmpfs, mayWait: false)))
    }
    for page in taken where page.rawValue < 32 { engine.freePages(at: page) }
    engine.pin(PageFrameNumber(33))
    let events = Events()
    engine.trace = { events.note($0) }
    let area = CMAAreaID(0)
    let outcome = engine.allocateCMA(area, pages: 2, alignmentOrder: Order(1))
    #expect(outcome.result == .success(PageFrameNumber(34)))
    let all = events.all
    #expect(all.first == .cmaStarted(area, pages: 2, alignment: Order(1)))
    #expect(all.contains(.cmaBusy(area, PageFrameNumber(32), pages: 2)))
    #expect(all.last == .cmaFinished(area, .success(PageFrameNumber(34)), pages: 2))
    let moves = all.filter { if case .migrated = $0 { true } else { false } }
    #expect(moves.count == Int(outcome.pagesMigrated))
    engine.releaseCMA(area, first: PageFrameNumber(34), pages: 2)
    #expect(events.all.last == .cmaReleased(area, PageFrameNumber(34), pages: 2))
  }

  /// A trace looks on: the engine answers as without.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func aTraceChangesNothing(_ seed: UInt64) throws {
    var machine = smallMachine(512, areas: [pages(64, 128)])
    machine.watermarks = .minimumFree(.kib(64))
    var plain = try PageAllocator(machine)
    var traced = plain.copy()
    let events = Events()
    traced.trace = { events.note($0) }
    var random = SeededGenerator(seed: seed)
    var blocks: [PageFrameNumber] = []
    for step in 0..<3000 {
      if Int.random(in: 0..<5, using: &random) < 3 || blocks.isEmpty {
        let uses: [PageUse] = [.anonymous, .tmpfs, .unmovable]
        let request = PageRequest(
          order: Order(UInt8.random(in: 0...2, using: &random)),
          use: uses[Int.random(in: 0..<3, using: &random)],
          mayWait: false
        )
        let page = try? plain.allocatePages(request)
        #expect((try? traced.allocatePages(request)) == page, "step \(step)")
        if let page { blocks.append(page) }
      } else {
        let page = blocks.remove(at: Int.random(in: 0..<blocks.count, using: &random))
        plain.freePages(at: page)
        traced.freePages(at: page)
      }
    }
    #expect(plain.differs(from: traced) == nil)
    #expect(!events.all.isEmpty)
  }
}
