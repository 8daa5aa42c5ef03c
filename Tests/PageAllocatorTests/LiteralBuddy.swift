import PhysicalMemory

@testable import PageAllocator

/// The kernel's free lists once more, slow and to the letter: a list is an array, its head first, and
/// pages go by their numbers.
///
/// It shares no code with the engine but the descriptions it starts from.
///
/// It follows section 9 of the model: `__rmqueue`, `expand`, `__rmqueue_fallback`,
/// `steal_suitable_fallback`, `__free_one_page`, without watermarks, and without anything that moves
/// pages in use.
struct LiteralBuddy {
  typealias Page = UInt64

  /// What is done wrong on purpose, to see that a difference is found.
  enum Fault { case none, alwaysHead, keepsUpperHalf, forgetsToMerge }

  struct Zone {
    let kind: ZoneKind
    let pages: Range<Page>
    /// `lists[type][order]`.
    var lists: [[[Page]]]
    var free = 0
    var freeCMA = 0
  }

  var zones: [Zone] = []
  var types: [Page: MigrateType] = [:]
  var freeOrders: [Page: Int] = [:]
  var used: [Page: (order: Int, use: PageUse)] = [:]
  let top: Int
  let pageblockOrder: Int
  let rules: KernelRules
  let hasDMA32: Bool
  let fault: Fault

  init(_ machine: Machine, fault: Fault = .none) {
    top = Int(machine.maxOrder.rawValue)
    pageblockOrder = Int(machine.pageblockOrder.rawValue)
    rules = machine.rules
    hasDMA32 = machine.hasZoneDMA32
    self.fault = fault
    let shift = UInt64(machine.pageSize.shift)
    let areas = machine.cmaAreas.compactMap { BootPlan.wholePages($0.range, shift) }
    let taken = machine.reserved.ranges + machine.cmaAreas.map(\.range)
    let free = machine.memory.subtracting(PhysicalRegionSet(taken))
    for zone in machine.zones {
      guard let pages = BootPlan.wholePages(zone.range, shift) else { continue }
      let empty = [[[Page]]](repeating: [[Page]](repeating: [], count: top + 1), count: 6)
      zones.append(Zone(kind: zone.kind, pages: pages, lists: empty))
    }
    for zone in zones.indices {
      for run in free.ranges.compactMap({ BootPlan.wholePages($0, shift) }) {
        var page = max(run.lowerBound, zones[zone].pages.lowerBound)
        let end = min(run.upperBound, zones[zone].pages.upperBound)
        while page < end {
          var order = page == 0 ? top : min(top, page.trailingZeroBitCount)
          while page + (1 << UInt64(order)) > end { order -= 1 }
          put(page, order, zone, toTail: true)
          page += 1 << UInt64(order)
        }
      }
    }
    for area in areas {
      for page in stride(from: area.lowerBound, to: area.upperBound, by: 1 << pageblockOrder) {
        types[page >> UInt64(pageblockOrder)] = .cma
        put(page, pageblockOrder, zoneIndex(page))
      }
    }
  }

  func type(of page: Page) -> MigrateType { types[page >> UInt64(pageblockOrder)] ?? .movable }

  private func zoneIndex(_ page: Page) -> Int {
    zones.firstIndex { $0.pages.contains(page) } ?? 0
  }

  // MARK: Lists

  mutating func add(
    _ page: Page,
    _ order: Int,
    _ zone: Int,
    _ type: MigrateType,
    tail: Bool
  ) {
    freeOrders[page] = order
    let list = Int(type.rawValue)
    if tail && fault != .alwaysHead {
      zones[zone].lists[list][order].append(page)
    } else {
      zones[zone].lists[list][order].insert(page, at: 0)
    }
  }

  mutating func delete(_ page: Page, _ order: Int, _ zone: Int) {
    freeOrders[page] = nil
    for list in 0..<6 {
      if let place = zones[zone].lists[list][order].firstIndex(of: page) {
        zones[zone].lists[list][order].remove(at: place)
        return
      }
    }
  }

  mutating func count(_ pages: Int, _ zone: Int, _ type: MigrateType) {
    zones[zone].free += pages
    if type == .cma { zones[zone].freeCMA += pages }
  }

  // MARK: Freeing

  mutating func release(_ page: Page) {
    guard let block = used.removeValue(forKey: page) else { return }
    put(page, block.order, zoneIndex(page))
  }

  /// `__free_one_page`.
  mutating func put(_ page: Page, _ order: Int, _ zone: Int, toTail: Bool = false) {
    let type = type(of: page)
    count(1 << order, zone, type)
    var page = page
    var order = order
    while order < top, fault != .forgetsToMerge || order != 1 {
      let buddy = page ^ (1 << UInt64(order))
      guard zones[zone].pages.contains(buddy), freeOrders[buddy] == order else { break }
      let other = self.type(of: buddy)
      if order >= pageblockOrder, other != type {
        if other.rawValue > 2 || type.rawValue > 2 { break }
        if rules >= .cleanLists { types[buddy >> UInt64(pageblockOrder)] = type }
      }
      delete(buddy, order, zone)
      page &= buddy
      order += 1
    }
    var tail = toTail
    if order < top - 1 {
      let higher = (page & ~(1 << UInt64(order))) ^ (1 << UInt64(order + 1))
      if zones[zone].pages.contains(higher), freeOrders[higher] == order + 1 { tail = true }
    }
    add(page, order, zone, type, tail: tail)
  }

  // MARK: Allocating

  mutating func allocate(_ order: Int, _ use: PageUse) -> Page? {
    let type = use.migrateType
    let highest: ZoneKind = type == .movable ? .movable : .normal
    let candidates = zones.indices.reversed().filter { zones[$0].kind <= highest }
    let preferred = candidates.first { !zones[$0].pages.isEmpty }
    let avoidsMixing = hasDMA32 && preferred.map { zones[$0].kind == .normal } ?? false
    for noFragment in avoidsMixing ? [true, false] : [false] {
      for zone in candidates {
        if let page = remove(order, type, zone, noFragment) {
          used[page] = (order, use)
          return page
        }
      }
    }
    return nil
  }

  /// `__rmqueue`.
  mutating func remove(_ order: Int, _ type: MigrateType, _ zone: Int, _ noFragment: Bool)
    -> Page?
  {
    let mayUseCMA = type == .movable
    if mayUseCMA, zones[zone].freeCMA > zones[zone].free / 2,
      let page = smallest(order, .cma, zone)
    {
      return page
    }
    if let page = smallest(order, type, zone) { return page }
    if mayUseCMA, let page = smallest(order, .cma, zone) { return page }
    return fallback(order, type, zone, noFragment)
  }

  /// `__rmqueue_smallest`.
  mutating func smallest(_ order: Int, _ type: MigrateType, _ zone: Int) -> Page? {
    guard order <= top else { return nil }
    for current in order...top {
      guard let page = zones[zone].lists[Int(type.rawValue)][current].first else { continue }
      return split(page, current, order, type, zone)
    }
    return nil
  }

  /// `expand`, after taking the page off its list.
  mutating func split(
    _ page: Page,
    _ current: Int,
    _ order: Int,
    _ type: MigrateType,
    _ zone: Int
  ) -> Page {
    delete(page, current, zone)
    var page = page
    var current = current
    while current > order {
      current -= 1
      let upper = page + (1 << UInt64(current))
      if fault == .keepsUpperHalf, current == 2 {
        add(page, current, zone, type, tail: false)
        page = upper
      } else {
        add(upper, current, zone, type, tail: false)
      }
    }
    count(-(1 << order), zone, type)
    return page
  }
}
