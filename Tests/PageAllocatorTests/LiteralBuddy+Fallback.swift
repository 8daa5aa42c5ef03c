import PhysicalMemory

@testable import PageAllocator

/// Taking from other types' lists, to the letter.
extension LiteralBuddy {
  private static let table: [MigrateType: [MigrateType]] = [
    .unmovable: [.reclaimable, .movable],
    .movable: [.reclaimable, .unmovable],
    .reclaimable: [.unmovable, .movable],
  ]

  private func suitable(_ current: Int, _ type: MigrateType, _ zone: Int) -> MigrateType? {
    Self.table[type]?.first { !zones[zone].lists[Int($0.rawValue)][current].isEmpty }
  }

  private func canSteal(_ order: Int, _ type: MigrateType) -> Bool {
    order >= pageblockOrder / 2 || type == .reclaimable || type == .unmovable
  }

  mutating func fallback(
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int,
    _ noFragment: Bool
  ) -> Page? {
    let least = noFragment && order < pageblockOrder ? pageblockOrder : order
    guard least <= top else { return nil }
    if rules == .claimThenSteal { return claimOrSteal(order, type, zone, least, noFragment) }
    for current in (least...top).reversed() {
      guard let other = suitable(current, type, zone) else { continue }
      if !canSteal(current, type), type == .movable, current > order {
        for small in order...top {
          guard let other = suitable(small, type, zone) else { continue }
          return steal(other, small, order, type, zone)
        }
      }
      return steal(other, current, order, type, zone)
    }
    return nil
  }

  private mutating func claimOrSteal(
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int,
    _ least: Int,
    _ noFragment: Bool
  ) -> Page? {
    for current in (least...top).reversed() {
      guard let other = suitable(current, type, zone) else { continue }
      guard canSteal(current, type) else { break }
      let page = zones[zone].lists[Int(other.rawValue)][current][0]
      if let page = claim(page, current, order, type, zone) { return page }
    }
    if noFragment { return nil }
    for current in order...top {
      guard let other = suitable(current, type, zone) else { continue }
      let page = zones[zone].lists[Int(other.rawValue)][current][0]
      return split(page, current, order, other, zone)
    }
    return nil
  }

  /// `steal_suitable_fallback`.
  private mutating func steal(
    _ other: MigrateType,
    _ current: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) -> Page? {
    let page = zones[zone].lists[Int(other.rawValue)][current][0]
    let isWhole = canSteal(current, type)
    if rules >= .cleanLists {
      if current >= pageblockOrder || isWhole,
        let page = claim(page, current, order, type, zone)
      {
        return page
      }
      return split(page, current, order, other, zone)
    }
    if current >= pageblockOrder {
      convert(page, current, type)
      move(page, current, type, zone)
    } else if isWhole, hasWholePageblock(page, zone) {
      let (free, movable) = census(page, zone)
      for (block, blockOrder) in freeBlocks(page, zone) { move(block, blockOrder, type, zone) }
      if isWorth(free, movable, page, type) { convert(page, pageblockOrder, type) }
    } else {
      move(page, current, type, zone)
    }
    return smallest(order, type, zone)
  }

  private mutating func claim(
    _ page: Page,
    _ current: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) -> Page? {
    if current >= pageblockOrder {
      convert(page, current, type)
      return split(page, current, order, type, zone)
    }
    guard hasWholePageblock(page, zone) else { return nil }
    let (free, movable) = census(page, zone)
    guard isWorth(free, movable, page, type) else { return nil }
    for (block, blockOrder) in freeBlocks(page, zone) { move(block, blockOrder, type, zone) }
    convert(page, pageblockOrder, type)
    return smallest(order, type, zone)
  }

  private func isWorth(_ free: Int, _ movable: Int, _ page: Page, _ type: MigrateType) -> Bool {
    var alike = 0
    if type == .movable {
      alike = movable
    } else if self.type(of: page) == .movable {
      alike = (1 << pageblockOrder) - (free + movable)
    }
    return free + alike >= 1 << (pageblockOrder - 1)
  }

  private mutating func convert(_ page: Page, _ order: Int, _ type: MigrateType) {
    for block in 0..<UInt64(1 << (order - pageblockOrder)) {
      types[page >> UInt64(pageblockOrder) + block] = type
    }
  }

  private mutating func move(_ page: Page, _ order: Int, _ type: MigrateType, _ zone: Int) {
    delete(page, order, zone)
    add(page, order, zone, type, tail: true)
  }

  private func pageblock(_ page: Page) -> Range<Page> {
    let size: Page = 1 << UInt64(pageblockOrder)
    return page & ~(size - 1)..<(page | (size - 1)) + 1
  }

  private func hasWholePageblock(_ page: Page, _ zone: Int) -> Bool {
    zones[zone].pages.contains(pageblock(page).upperBound - 1)
  }

  private func freeBlocks(_ page: Page, _ zone: Int) -> [(Page, Int)] {
    let block = pageblock(page)
    // A pageblock that starts before its zone is only looked at from the page on.
    let start = zones[zone].pages.contains(block.lowerBound) ? block.lowerBound : page
    return (start..<block.upperBound).compactMap { page in freeOrders[page].map { (page, $0) } }
  }

  private func census(_ page: Page, _ zone: Int) -> (free: Int, movable: Int) {
    let free = freeBlocks(page, zone).reduce(0) { $0 + 1 << $1.1 }
    let block = pageblock(page)
    let start = zones[zone].pages.contains(block.lowerBound) ? block.lowerBound : page
    let movable = (start..<block.upperBound).reduce(0) { sum, page in
      guard let holding = used[page], holding.use.isMigratable else { return sum }
      return sum + 1 << holding.order
    }
    return (free, movable)
  }
}
