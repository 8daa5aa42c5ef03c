import PhysicalMemory

/// Allocating from and freeing to the processor's own lists, where the machine has them
/// (`rmqueue_pcplist`, `free_unref_page`).
extension PageAllocator {
  /// Pages on the processor's own lists.
  public var processorPageCount: UInt64 {
    UInt64(processor?.zones.reduce(0) { $0 + $1.count } ?? 0)
  }

  /// Gives all pages on the processor's own lists back (`drain_all_pages`).
  public mutating func drainProcessorLists() {
    guard processor != nil else { return }
    for zone in 0..<zones.count { drainProcessor(zone) }
  }

  mutating func makeProcessorLists() {
    guard machine.hasProcessorLists else { return }
    var lists: [ProcessorLists.ZoneLists] = []
    for zone in 0..<zones.count {
      let (most, batch) = processorLimits(zone)
      lists.append(ProcessorLists.ZoneLists(high: most, batch: batch))
    }
    processor = ProcessorLists(zones: lists)
    setShortcuts()
  }

  /// `zone_highsize` and `zone_batchsize`, for one processor.
  func processorLimits(_ zone: Int) -> (most: Int, batch: Int) {
    let mebibyte = 1 << (20 - Int(machine.pageSize.shift))
    let share = Swift.max(Swift.min(zones[zone].managed >> 10, mebibyte) / 4, 1)
    let wanted = share + share / 2
    let batch = Swift.max((1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount)) - 1, 1)
    return (Swift.max(zones[zone].low, 4 * batch), batch)
  }

  /// Whether blocks of an order may be on these lists (`pcp_allowed_order`).
  private func isOnLists(_ order: Int) -> Bool {
    order <= ProcessorLists.largestOrder
      || (order == pageblockOrder && machine.watermarks == .computed(transparentHugePages: true))
  }

  /// `order_to_pindex`.
  private func list(_ order: Int, _ type: MigrateType) -> Int {
    order > ProcessorLists.largestOrder
      ? ProcessorLists.hugeList : ProcessorLists.types * order + Int(type.rawValue)
  }

  /// `rmqueue_pcplist`: a block off the list of the type, which is filled first where it is empty.
  mutating func takeFromProcessor(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags
  ) -> Int? {
    // Lists of movable pages may have some of CMA areas.
    guard isOnLists(order), type != .movable || flags.contains(.cma), processor != nil else {
      return nil
    }
    processor?.zones[zone].factor >>= 1
    let list = list(order, type)
    if processor?.zones[zone].lists[list].isEmpty ?? true {
      fillProcessorList(zone, order, type, flags, list)
    }
    guard let block = processor?.zones[zone].lists[list].popLast() else { return nil }
    processor?.zones[zone].count -= 1 << order
    return block.position
  }

  /// `rmqueue_bulk`.
  private mutating func fillProcessorList(
    _ zone: Int,
    _ order: Int,
    _ type: MigrateType,
    _ flags: AllocationFlags,
    _ list: Int
  ) {
    let batch = processor?.zones[zone].batch ?? 1
    var blocks: [ProcessorLists.Block] = []
    for _ in 0..<(batch > 1 ? Swift.max(batch >> order, 2) : batch) {
      guard let head = takeFromLists(zone, order, type, flags) else { break }
      blocks.append(putAside(head, order))
    }
    processor?.zones[zone].count += blocks.count << order
    // They are appended in order, and the list was empty.
    processor?.zones[zone].lists[list] = blocks.reversed()
  }

  private mutating func putAside(_ head: Int, _ order: Int) -> ProcessorLists.Block {
    words.occupy(head, order, .unmovable, .none)
    words[head].isIsolated = true
    return ProcessorLists.Block(position: head, type: pageblockType(at: head))
  }

  /// `free_unref_page`: whether a block was put on a list; the word at `head` is that of a tail.
  mutating func freeToProcessor(_ head: Int, _ order: Int, _ type: MigrateType, _ zone: Int) -> Bool
  {
    guard isOnLists(order), type != .isolate, processor != nil else { return false }
    let list = list(order, type.isMergeable ? type : .movable)
    let block = putAside(head, order)
    processor?.zones[zone].lists[list].append(block)
    processor?.zones[zone].count += 1 << order
    let factor = processor?.zones[zone].factor ?? 0
    let isHigh = factor > 0 && order > 0 && order <= ProcessorLists.largestOrder
    let high = isHigh ? 0 : processor?.zones[zone].high ?? 0
    if processor?.zones[zone].count ?? 0 >= high {
      let pages = processor?.zones[zone].overflow(all: isHigh) ?? 0
      giveBackFromProcessor(zone, pages, first: list)
    }
    return true
  }

  private mutating func giveBackFromProcessor(_ zone: Int, _ pages: Int, first: Int) {
    let pageblock = pageblockOrder
    let blocks = processor?.zones[zone].takeOff(pages, from: first) { list in
      list == ProcessorLists.hugeList ? pageblock : list / ProcessorLists.types
    }
    for (block, order) in blocks ?? [] {
      words[block.position] = .tail
      let now = pageblockType(at: block.position)
      let isOld = machine.rules >= .cleanLists || now == .isolate
      giveBack(block.position, order, isOld ? now : block.type)
    }
  }

  /// `drain_pages_zone`.
  mutating func drainProcessor(_ zone: Int) {
    guard let count = processor?.zones[zone].count, count > 0 else { return }
    giveBackFromProcessor(zone, count, first: 0)
  }

  /// What is wrong with the lists, or nil.
  func checkProcessorLists() -> String? {
    guard let processor else { return nil }
    for (zone, lists) in processor.zones.enumerated() {
      var pages = 0
      for (list, blocks) in lists.lists.enumerated() {
        for block in blocks {
          let word = words[block.position]
          let order = list == ProcessorLists.hugeList ? pageblockOrder : list / ProcessorLists.types
          if !word.isUsed || !word.isIsolated || word.order != order {
            return "the processor's block at \(block.position) is not put aside"
          }
          if self.zone(at: block.position) != zone { return "a block of another zone" }
          pages += 1 << order
        }
      }
      if pages != lists.count { return "the processor has \(pages) pages, not \(lists.count)" }
    }
    return nil
  }
}
