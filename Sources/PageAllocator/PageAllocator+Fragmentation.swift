/// How scattered free memory is (`mm/vmstat.c`), as `/sys/kernel/debug/extfrag` shows it.
extension PageAllocator {
  /// `unusable_index`: for each order, from 0 up, the share of a zone's free memory that is in blocks
  /// too small for it, in thousandths; all of it where nothing is free (`unusable_free_index`).
  public func unusableFreeIndices(_ kind: ZoneKind) -> [Int] {
    let free = freeBlocks(kind)
    return free.indices.map { ContiguousPages(free, suitableFor: $0).unusableFreeIndex }
  }

  /// `extfrag_index`: for each order, from 0 up, -1000 where a request would be met, else from 0, where
  /// memory is short, to 1000, where it is scattered (`__fragmentation_index`).
  public func fragmentationIndices(_ kind: ZoneKind) -> [Int] {
    let free = freeBlocks(kind)
    return free.indices.map { ContiguousPages(free, suitableFor: $0).fragmentationIndex }
  }

  /// `fragmentation_index` of one order.
  func fragmentationIndex(_ zone: Int, _ order: Int) -> Int {
    ContiguousPages(freeBlocks(zones[zone].kind), suitableFor: order).fragmentationIndex
  }
}

/// `struct contig_page_info`, filled for one order.
struct ContiguousPages {
  private let order: Int
  private var freePages = 0
  private var blocks = 0
  /// Blocks of the order that the larger ones have room for.
  private var suitable = 0

  /// `fill_contig_page_info`, from the free blocks of each order.
  init(_ free: [UInt64], suitableFor order: Int) {
    self.order = order
    for (each, count) in free.enumerated() {
      blocks += Int(count)
      freePages += Int(count) << each
      if each >= order { suitable += Int(count) << (each - order) }
    }
  }

  var unusableFreeIndex: Int {
    freePages == 0 ? 1000 : (freePages - suitable << order) * 1000 / freePages
  }

  var fragmentationIndex: Int {
    if blocks == 0 { return 0 }
    return suitable > 0 ? -1000 : 1000 - (1000 + freePages * 1000 / (1 << order)) / blocks
  }
}
