/// The free pages that one processor keeps for itself (`struct per_cpu_pages`), for each zone.
///
/// They are neither free nor anybody's: the page table has them as blocks in use that are put aside,
/// so nothing moves or drops them, and counters of free pages are without them.
struct ProcessorLists: Sendable {
  var zones: [ZoneLists]

  /// The largest order on these lists but for huge pages (`PAGE_ALLOC_COSTLY_ORDER`).
  static let largestOrder = 3
  /// Types that have lists of their own (`MIGRATE_PCPTYPES`).
  static let types = 3
  /// The list of huge pages (`NR_LOWORDER_PCP_LISTS`).
  static let hugeList = types * (largestOrder + 1)

  /// A block and the type that its pageblock had when it was put aside (`get_pcppage_migratetype`).
  struct Block: Sendable {
    let position: Int
    let type: MigrateType
  }

  struct ZoneLists: Sendable {
    /// The head of a list is the last element.
    var lists = [[Block]](repeating: [], count: ProcessorLists.hugeList + 1)
    /// Pages on all lists.
    var count = 0
    /// `free_factor`: each overflow in a row gives back twice as many.
    var factor = 0
    let high: Int
    let batch: Int

    init(high: Int, batch: Int) {
      self.high = high
      self.batch = batch
    }

    /// `nr_pcp_free`: the pages that an overflow gives back.
    mutating func overflow(all: Bool) -> Int {
      if all { return count }
      if high < batch { return 1 }
      let room = high - batch
      let wanted = batch << Swift.min(factor, 20)
      if wanted < room { factor += 1 }
      return Swift.max(batch, Swift.min(wanted, room))
    }

    /// Takes blocks off the tails of the lists, in turn from `first` on, until `pages` are off
    /// (`free_pcppages_bulk`).
    mutating func takeOff(_ pages: Int, from first: Int, orderOf: (Int) -> Int) -> [(Block, Int)] {
      var left = Swift.min(pages, count)
      var blocks: [(Block, Int)] = []
      var list = first
      while left > 0 {
        let order = orderOf(list)
        var taken = 0
        while left > 0, taken < lists[list].count {
          blocks.append((lists[list][taken], order))
          taken += 1
          left -= 1 << order
          count -= 1 << order
        }
        lists[list].removeFirst(taken)
        list = list == ProcessorLists.hugeList ? 0 : list + 1
      }
      return blocks
    }
  }
}
