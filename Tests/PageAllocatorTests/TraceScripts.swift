import PhysicalMemory
import TestSupport
import Testing

@testable import PageAllocator

#if DEBUG
private let traceMebibytes: UInt64 = 8
private let pairs = 1_000
#else
private let traceMebibytes: UInt64 = 64
private let pairs = 60_000
#endif

/// The traces of the benchmarks as scripts, for movable pages as there.
extension Script {
  /// (i) Single pages until memory is full, freed in random order.
  static func fill(_ machine: Machine, seed: UInt64) -> Script {
    var random = SeededGenerator(seed: seed)
    let count = pageCount(machine)
    let numbers = (0..<count).shuffled(using: &random)
    let taken = (0..<count).map { Operation.allocate(number: $0, order: 0, use: .anonymous) }
    return Script(machine, taken + numbers.map { .free($0) })
  }

  /// (ii) and (iv): at a level of blocks of an order, a random one freed and one allocated.
  static func churn(_ machine: Machine, order: Int, percent: Int, pairs: Int, seed: UInt64)
    -> Script
  {
    var random = SeededGenerator(seed: seed)
    let count = pageCount(machine) >> order
    var operations = (0..<count).map {
      Operation.allocate(number: $0, order: order, use: .anonymous)
    }
    var live = (0..<count).shuffled(using: &random)
    let kept = count * percent / 100
    operations += live[kept...].map { .free($0) }
    live.removeSubrange(kept...)
    for pair in 0..<pairs {
      let victim = Int.random(in: 0..<kept, using: &random)
      operations.append(.free(live[victim]))
      live[victim] = count + pair
      operations.append(.allocate(number: count + pair, order: order, use: .anonymous))
    }
    return Script(machine, operations)
  }

  private static func pageCount(_ machine: Machine) -> Int {
    Int(machine.memory.ranges.reduce(0) { $0 + machine.pageSize.pages(holding: $1.size) })
  }
}

/// What the benchmarks time is what the kernel's lists would do, page by page.
@Suite struct BenchmarkTraceTests {
  private let machine = smallMachine(traceMebibytes << 8, pageblock: 9, largest: 10)

  @Test func fillingAndFreeing() throws {
    #expect(try Script.fill(machine, seed: 1).difference() == nil)
  }

  @Test(arguments: [50, 90])
  func singlePagesAtALevel(_ percent: Int) throws {
    let script = Script.churn(machine, order: 0, percent: percent, pairs: pairs, seed: 2)
    #expect(try script.difference() == nil)
  }

  @Test func ordersZeroToTen() throws {
    let script = Script(random: 3, machine, count: pairs, percent: 80, uses: [.anonymous])
    #expect(try script.difference() == nil)
  }

  @Test func largeBlocks() throws {
    let script = Script.churn(machine, order: 9, percent: 50, pairs: pairs, seed: 4)
    #expect(try script.difference() == nil)
  }
}
