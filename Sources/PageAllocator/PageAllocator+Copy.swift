/// Starting many runs from one state.
extension PageAllocator {
  /// Another allocator in the same state; the two go separate ways from here.
  ///
  /// - Complexity: O(pages).
  public borrowing func copy() -> PageAllocator { PageAllocator(copying: self) }

  private init(copying other: borrowing PageAllocator) {
    machine = other.machine
    pageblockOrder = other.pageblockOrder
    maxOrder = other.maxOrder
    hasWatermarks = other.hasWatermarks
    words = other.words.copy()
    pageblocks = other.pageblocks.copy()
    zones = other.zones.copy()
    lowmemReserve = other.lowmemReserve.copy()
    spans = other.spans.copy()
    bits = other.bits.copy()
    pagePlans = other.pagePlans.copy()
    widestSpan = other.widestSpan
    preferredZones = other.preferredZones
    noFragmentKinds = other.noFragmentKinds
    areas = other.areas
    coherentPools = other.coherentPools
    atomicPools = other.atomicPools
    restrictedPools = other.restrictedPools
    groupsByMobility = other.groupsByMobility
    swappedPages = other.swappedPages
    reclaimHand = other.reclaimHand
    backgroundReclaimFor = other.backgroundReclaimFor
    nextBitmapWord = other.nextBitmapWord
    relocationLog = other.relocationLog.copy()
    movesInBatches = other.movesInBatches
    processor = other.processor
    recordsRelocations = other.recordsRelocations
    statistics = other.statistics
    // The trace stays with the first, so the short ways are open again if there is nothing else.
    setShortcuts()
  }
}
