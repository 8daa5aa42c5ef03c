public import PhysicalMemory

/// CMA areas (`mm/cma.c`).
extension PageAllocator {
  /// Allocates pages from an area as `cma_alloc` does: first fit in the bitmap, then emptying the
  /// range, one alignment step on where it is busy.
  ///
  /// The alignment is relative to page number zero and not capped here.
  ///
  /// - Complexity: O(area) for the search, and the cost of every range that is tried.
  public mutating func allocateCMA(
    _ area: CMAAreaID,
    pages: UInt64,
    alignmentOrder: Order = Order(0),
    owner: OwnerID = .none
  ) -> CMAOutcome {
    if isTraced { tell(.cmaStarted(area, pages: pages, alignment: alignmentOrder)) }
    let outcome = searchArea(area, pages, alignmentOrder, owner)
    switch outcome.result {
    case .success:
      statistics.cmaSuccesses += 1
      areas[area.index].pagesServed += pages
    case .failure:
      statistics.cmaFailures += 1
      areas[area.index].pagesRefused += pages
    }
    if isTraced { tell(.cmaFinished(area, outcome.result, pages: pages)) }
    return outcome
  }

  private mutating func searchArea(
    _ area: CMAAreaID,
    _ pages: UInt64,
    _ alignmentOrder: Order,
    _ owner: OwnerID
  ) -> CMAOutcome {
    var outcome = CMAOutcome(result: .failure(.noRoom), alignmentOrder: alignmentOrder)
    let state = areas[area.index]
    guard state.isActive, pages > 0, pages <= UInt64(state.pages) else {
      outcome.result = .failure(.tooLarge)
      return outcome
    }
    let count = Int(pages)
    let align = Int(alignmentOrder.rawValue)
    let mask = align <= state.orderPerBit ? 0 : (1 << (align - state.orderPerBit)) - 1
    let offset = Int(state.firstPage & ((1 << UInt64(align)) - 1)) >> state.orderPerBit
    var start = 0
    var cost = MigrationCost()
    search: while let index = bits.firstClear(
      state.bitmap,
      from: start,
      state.bits(count),
      mask: mask,
      offset: offset
    ) {
      let page = PageFrameNumber(state.firstPage + UInt64(index << state.orderPerBit))
      let first = state.base + (index << state.orderPerBit)
      let attempt = takeRange(
        first,
        first + count,
        type: .cma,
        use: .dma,
        owner: owner,
        cost: &cost
      )
      switch attempt {
      case .taken:
        noteTaken(area, index..<index + state.bits(count))
        outcome.result = .success(page)
        break search
      case .noTarget:
        outcome.result = .failure(.noMigrationTarget)
        break search
      case .busy:
        outcome.result = .failure(.busy)
        if isTraced { tell(.cmaBusy(area, page, pages: pages)) }
        if outcome.busyPositions.count < CMAOutcome.maximumBusyPositions {
          outcome.busyPositions.append(page)
        }
        outcome.busyRetries += 1
        start = index + mask + 1
      }
    }
    outcome.pagesMigrated = cost.migrated
    outcome.pagesDropped = cost.dropped
    return outcome
  }

  /// Takes these very pages of an area, once: what CMA of early 2011 does with the place that its own
  /// list has chosen.
  mutating func allocateCMA(
    _ area: CMAAreaID,
    at first: PageFrameNumber,
    pages: UInt64,
    owner: OwnerID
  ) -> CMAOutcome {
    var outcome = CMAOutcome(result: .failure(.noRoom), alignmentOrder: Order(0))
    let state = areas[area.index]
    guard state.isActive, first.rawValue >= state.firstPage else { return outcome }
    let offset = Int(first.rawValue - state.firstPage)
    let index = offset >> state.orderPerBit
    let range = index..<index + state.bits(Int(pages))
    guard range.upperBound <= state.bitmap.count,
      bits.first(state.bitmap, true, in: range) == range.upperBound
    else { return outcome }
    var cost = MigrationCost()
    let start = state.base + offset
    let attempt = takeRange(
      start,
      start + Int(pages),
      type: .cma,
      use: .dma,
      owner: owner,
      cost: &cost
    )
    switch attempt {
    case .taken:
      noteTaken(area, range)
      outcome.result = .success(first)
    case .noTarget: outcome.result = .failure(.noMigrationTarget)
    case .busy: outcome.result = .failure(.busy)
    }
    outcome.pagesMigrated = cost.migrated
    outcome.pagesDropped = cost.dropped
    return outcome
  }

  private mutating func noteTaken(_ area: CMAAreaID, _ range: Range<Int>) {
    bits.set(areas[area.index].bitmap, range, to: true)
    areas[area.index].usedPages += range.count << areas[area.index].orderPerBit
    areas[area.index].peakPages = Swift.max(
      areas[area.index].peakPages,
      areas[area.index].usedPages
    )
  }

  /// Gives pages back to their area (`cma_release`); false, and nothing happens, when they are not
  /// all in the area and held by drivers.
  @discardableResult
  public mutating func releaseCMA(_ area: CMAAreaID, first: PageFrameNumber, pages: UInt64) -> Bool
  {
    let state = areas[area.index]
    guard first.rawValue >= state.firstPage else { return false }
    let offset = first.rawValue - state.firstPage
    guard pages > 0, pages <= UInt64(state.pages), offset <= UInt64(state.pages) - pages else {
      return false
    }
    let index = Int(offset) >> state.orderPerBit
    let range = index..<index + state.bits(Int(pages))
    guard bits.first(state.bitmap, false, in: range) == range.upperBound else { return false }
    releaseRange(state.base + Int(offset), state.base + Int(offset + pages), singly: true)
    bits.set(state.bitmap, range, to: false)
    if isTraced { tell(.cmaReleased(area, first, pages: pages)) }
    areas[area.index].usedPages -= range.count << state.orderPerBit
    return true
  }
}
