import PhysicalMemory
import Testing

@testable import PageAllocator

/// Memory as a dictionary of pages: no lists, no orders beyond what a block has, no order of choice.
///
/// It knows what must hold whatever page is chosen, and is told by the engine what moved.
struct NaiveModel {
  struct Block: Equatable {
    var order: Int
    var use: PageUse
    var owner: OwnerID
    var pins = 0
  }

  let usable: Set<UInt64>
  let areas: [Range<UInt64>]
  /// Those that lie in one zone.
  let activeAreas: [Range<UInt64>]
  let movableZone: Range<UInt64>
  /// Blocks by their first page.
  private(set) var blocks: [UInt64: Block] = [:]
  /// The first page of the block that a page belongs to.
  private(set) var holder: [UInt64: UInt64] = [:]
  /// Buffers in areas.
  var buffers: [(area: Int, first: UInt64, pages: UInt64)] = []

  /// A model of the machine before atomic pools are taken.
  init(_ machine: Machine) {
    let shift = UInt64(machine.pageSize.shift)
    let pools = machine.coherentPools.map(\.range)
    let areaRanges = machine.cmaAreas.compactMap { BootPlan.wholePages($0.range, shift) }
    let zones = PhysicalRegionSet(machine.zones.map(\.range))
    let free = machine.memory.intersection(zones).subtracting(machine.reserved)
      .subtracting(PhysicalRegionSet(pools))
    usable = Set(free.ranges.compactMap { BootPlan.wholePages($0, shift) }.joined())
      .union(areaRanges.joined())
    areas = areaRanges
    let zonePages = machine.zones.compactMap { BootPlan.wholePages($0.range, shift) }
    activeAreas = areaRanges.filter { area in zonePages.contains { $0.clamped(to: area) == area } }
    movableZone =
      machine.zones.first { $0.kind == .movable }.flatMap { BootPlan.wholePages($0.range, shift) }
      ?? 0..<0
  }

  var freeCount: Int { usable.count - holder.count }
  var firsts: [UInt64] { blocks.keys.sorted() }

  func isInMovableZone(_ page: UInt64) -> Bool { movableZone.contains(page) }

  func isInArea(_ page: UInt64) -> Bool { activeAreas.contains { $0.contains(page) } }

  /// Adds a block; says what is wrong with it.
  mutating func add(_ first: UInt64, _ block: Block) -> String? {
    if first & ((1 << UInt64(block.order)) - 1) != 0 { return "block \(first) is not aligned" }
    for page in first..<first + (1 << UInt64(block.order)) {
      if !usable.contains(page) { return "page \(page) is no usable memory" }
      if holder[page] != nil { return "page \(page) is given out twice" }
      if isInArea(page), !block.use.isMigratable, block.use != .dma {
        return "page \(page) of a CMA area holds \(block.use)"
      }
      holder[page] = first
    }
    blocks[first] = block
    return nil
  }

  @discardableResult
  mutating func remove(_ first: UInt64) -> Block? {
    guard let block = blocks.removeValue(forKey: first) else { return nil }
    for page in first..<first + (1 << UInt64(block.order)) { holder[page] = nil }
    return block
  }

  mutating func update(_ first: UInt64, _ change: (inout Block) -> Void) {
    if var block = blocks[first] {
      change(&block)
      blocks[first] = block
    }
  }

  /// Takes over what the engine says has moved; says what is wrong with it.
  mutating func apply(_ relocations: [Relocation]) -> String? {
    for relocation in relocations {
      let from = relocation.from.rawValue
      guard let block = remove(from) else { return "\(from) moved but holds nothing" }
      if block.order != Int(relocation.order.rawValue) { return "\(from) has another order" }
      if block.owner != relocation.owner { return "\(from) has another owner" }
      if block.pins > 0 { return "\(from) is pinned but moved" }
      switch relocation.fate {
      case .dropped:
        if !block.use.isDroppable && !block.use.isSwappable { return "\(from) can not be dropped" }
      case .moved(let target):
        if !block.use.isMigratable { return "\(from) can not move" }
        if let broken = add(target.rawValue, block) { return broken }
      case .split:
        for page in from..<from + (1 << UInt64(block.order)) {
          var single = block
          single.order = 0
          if single.use == .transparentHuge { single.use = .anonymous }
          if let broken = add(page, single) { return broken }
        }
      }
    }
    return nil
  }
}
