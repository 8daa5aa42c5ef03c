import PhysicalMemory
import Testing

@testable import PageAllocator

#if DEBUG
private let steps = 1500
private let seeds: Range<UInt64> = 0..<2
#else
private let steps = 20_000
private let seeds: Range<UInt64> = 0..<8
#endif

/// Machines with the orders of 4, 16 and 64 KiB pages, and small ones where every corner is near.
private let literalMachines: [String: Machine] = {
  var machines: [String: Machine] = [:]
  machines["small"] = smallMachine(512, areas: [pages(64, 128), pages(256, 288)])
  machines["reserved"] = smallMachine(
    700,
    from: 16,
    reserved: [pages(20, 21), pages(40, 63), pages(200, 203)],
    areas: [pages(128, 176)]
  )
  machines["wide"] = smallMachine(1024, pageblock: 2, largest: 6, areas: [pages(64, 128)])
  for (name, size, pageblock, largest) in [
    ("4 KiB", PageSize.kib4, 9, 10), ("16 KiB", .kib16, 11, 11), ("64 KiB", .kib64, 13, 13),
  ] {
    let count: UInt64 = 1 << UInt64(largest + 4)
    var machine = Machine(
      zones: [ZoneDescription(.normal, pages(0, count, size))],
      memory: PhysicalRegionSet([pages(0, count, size)])
    )
    machine.pageSize = size
    machine.pageblockOrder = Order(UInt8(pageblock))
    machine.maxOrder = Order(UInt8(largest))
    machine.groupsByMobility = true
    machine.watermarks = .off
    machine.atomicPools = .none
    machine.hasZoneDMA = false
    machine.hasZoneDMA32 = false
    let area = pages(count / 2, count / 2 + 4 << UInt64(pageblock), size)
    machine.cmaAreas = [CMAAreaDescription(name: "area", range: area)]
    machines[name] = machine
  }
  var zoned = smallMachine(600)
  zoned.zones = [
    ZoneDescription(.dma, pages(0, 100)), ZoneDescription(.dma32, pages(100, 304)),
    ZoneDescription(.normal, pages(304, 600)),
  ]
  zoned.hasZoneDMA = true
  zoned.hasZoneDMA32 = true
  machines["zones"] = zoned
  return machines
}()

private let allUses: [PageUse] = [
  .anonymous, .anonymous, .fileDirty, .unmovable, .reclaimableSlab, .fileClean,
]

@Test(arguments: literalMachines.keys.sorted(), seeds)
func everyPageIsTheOneThatTheKernelWouldTake(_ name: String, _ seed: UInt64) throws {
  for rules in [KernelRules.mixedLists, .cleanLists, .claimThenSteal] {
    var machine = try #require(literalMachines[name])
    machine.rules = rules
    let percent = [50, 80, 95, 99][Int(seed % 4)]
    let script = Script(random: seed, machine, count: steps, percent: percent, uses: allUses)
    guard let difference = try script.difference() else { continue }
    let short = try script.minimised { try $0.difference() != nil }
    Issue.record("\(name), \(rules), seed \(seed): \(difference)")
    Issue.record("\(short.source(name: "found", machine: "smallMachine()"))")
    return
  }
}

@Test(arguments: [LiteralBuddy.Fault.alwaysHead, .keepsUpperHalf, .forgetsToMerge])
func aWrongRuleIsFoundAndCutDownToAFewOperations(_ fault: LiteralBuddy.Fault) throws {
  let machine = smallMachine(128)
  let script = Script(random: 7, machine, count: 600, percent: 80, uses: allUses)
  #expect(try script.difference() == nil)
  #expect(try script.difference(fault) != nil)
  let short = try script.minimised { try $0.difference(fault) != nil }
  #expect(short.operations.count <= 12)
  #expect(try short.difference(fault) != nil)
  // Nothing can be left out any more.
  for index in short.operations.indices {
    var operations = short.operations
    operations.remove(at: index)
    #expect(try Script(machine, operations).difference(fault) == nil)
  }
  let source = short.source(name: "found", machine: "smallMachine(128)")
  #expect(
    source.hasPrefix("@Test func found() throws {\n  let script = Script(smallMachine(128), [")
  )
  #expect(source.contains(".allocate(number: "))
}
