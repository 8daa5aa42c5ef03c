import PhysicalMemory
import TestSupport

@testable import PageAllocator

/// Operations as data: they can be run on the engine and on `LiteralBuddy`, cut down, and printed.
enum Operation: Equatable {
  /// Allocates a block, which is known by a number from then on.
  case allocate(number: Int, order: Int, use: PageUse)
  /// Frees the block with this number, if there is one.
  case free(Int)

  /// The operation as it is written in a test.
  var source: String {
    switch self {
    case .allocate(let number, let order, let use):
      ".allocate(number: \(number), order: \(order), use: .\(use)),"
    case .free(let number): ".free(\(number)),"
    }
  }
}

/// A sequence of operations on a machine.
struct Script {
  let machine: Machine
  var operations: [Operation]

  /// Random operations as in trace (iii) of the benchmarks: 70 % single pages, larger orders
  /// geometric, random lives, memory at a level of occupation.
  init(random seed: UInt64, _ machine: Machine, count: Int, percent: Int, uses: [PageUse]) {
    self.machine = machine
    operations = []
    var random = SeededGenerator(seed: seed)
    let largest = Int(machine.maxOrder.rawValue)
    let size = machine.memory.ranges.reduce(0) { $0 + machine.pageSize.pages(holding: $1.size) }
    let target = Int(size) * percent / 100
    var live: [(number: Int, order: Int)] = []
    var used = 0
    for number in 0..<count {
      if used < target {
        var order = 0
        if Int.random(in: 0..<10, using: &random) >= 7 {
          order = min(1, largest)
          while order < largest, Bool.random(using: &random) { order += 1 }
        }
        let use = uses[Int.random(in: 0..<uses.count, using: &random)]
        operations.append(.allocate(number: number, order: order, use: use))
        live.append((number, order))
        used += 1 << order
      } else {
        let victim = Int.random(in: 0..<live.count, using: &random)
        live.swapAt(victim, live.count - 1)
        let (number, order) = live.removeLast()
        used -= 1 << order
        operations.append(.free(number))
      }
    }
  }

  init(_ machine: Machine, _ operations: [Operation]) {
    self.machine = machine
    self.operations = operations
  }

  /// Runs the operations on both; gives the first difference, or nil.
  func difference(_ fault: LiteralBuddy.Fault = .none) throws -> String? {
    var engine = try PageAllocator(machine)
    var literal = LiteralBuddy(machine, fault: fault)
    var pages: [Int: UInt64] = [:]
    for (step, operation) in operations.enumerated() {
      switch operation {
      case .allocate(let number, let order, let use):
        let request = PageRequest(order: Order(UInt8(order)), use: use, mayWait: false)
        let page = (try? engine.allocatePages(request))?.rawValue
        let expected = literal.allocate(order, use)
        if page != expected {
          return "step \(step), \(operation): \(page.map(String.init) ?? "nothing"), "
            + "expected \(expected.map(String.init) ?? "nothing")"
        }
        pages[number] = page
      case .free(let number):
        guard let page = pages.removeValue(forKey: number) else { continue }
        engine.freePages(at: PageFrameNumber(page))
        literal.release(page)
      }
      if step % 512 == 511 || step == operations.count - 1,
        let broken = engine.checkInvariants() ?? engine.differsInLists(from: literal)
      {
        return "step \(step), \(operation): \(broken)"
      }
    }
    return nil
  }

  /// The shortest script found that `fails` as this one does: parts are left out, halves first, then
  /// smaller ones, as long as that goes (delta debugging).
  ///
  /// - Complexity: O(n log n) runs in the usual case.
  func minimised(_ fails: (Script) throws -> Bool) rethrows -> Script {
    var best = operations
    var size = max(best.count / 2, 1)
    while true {
      var start = 0
      var isShorter = false
      while start < best.count {
        var candidate = best
        candidate.removeSubrange(start..<min(start + size, candidate.count))
        if try fails(Script(machine, candidate)) {
          best = candidate
          isShorter = true
        } else {
          start += size
        }
      }
      if size == 1 && !isShorter { return Script(machine, best) }
      if !isShorter || size > best.count { size = max(size / 2, 1) }
    }
  }

  /// The script as a test; `machine` is how the test gets the machine.
  func source(name: String, machine: String) -> String {
    let lines = operations.map { "    " + $0.source + "\n" }.joined()
    return """
      @Test func \(name)() throws {
        let script = Script(\(machine), [
      \(lines)  ])
        #expect(try script.difference() == nil)
      }
      """
  }
}

extension PageAllocator {
  /// Compares every list, from head to tail, and every pageblock's type.
  func differsInLists(from literal: LiteralBuddy) -> String? {
    for zone in 0..<zones.count {
      for type in MigrateType.allCases {
        for order in 0...maxOrder {
          var mine: [UInt64] = []
          _ = words.forEach(ofList: listIndex(zone, type, order)) { position in
            mine.append(pfn(at: position))
            return nil
          }
          let theirs = literal.zones[zone].lists[Int(type.rawValue)][order]
          if mine != theirs { return "list \(zone)/\(type)/\(order): \(mine), expected \(theirs)" }
        }
      }
      if zones[zone].free != literal.zones[zone].free { return "zone \(zone): free pages" }
    }
    for (block, type) in literal.types {
      guard let position = position(of: block << UInt64(pageblockOrder)) else { continue }
      if pageblockType(at: position) != type {
        return "pageblock \(block) is \(pageblockType(at: position)), expected \(type)"
      }
    }
    return nil
  }
}
