public import PhysicalMemory

/// One thing that happened inside the allocator, as the tracepoints of `include/trace/events` tell it.
public enum AllocatorEvent: Hashable, Sendable {
  /// `mm_page_alloc`: a block was handed out, to a caller or as the target of a move.
  case allocated(PageFrameNumber, Order, PageUse, OwnerID)
  /// `mm_page_alloc` without a page: the request was refused.
  case refused(Order, PageUse)
  /// `mm_page_free`: a block went back, whoever had it.
  case freed(PageFrameNumber, Order)
  /// `mm_page_alloc_extfrag`: a block of a larger or the same order was taken from another type's list.
  case fallback(
    PageFrameNumber,
    order: Order,
    found: Order,
    type: MigrateType,
    from: MigrateType
  )
  /// A block moved, for an area, by compaction or before a long-term pin.
  case migrated(from: PageFrameNumber, to: PageFrameNumber, Order)
  /// Reclaim dropped a block or swapped it out.
  case dropped(PageFrameNumber, Order)
  /// `cma_alloc_start`.
  case cmaStarted(CMAAreaID, pages: UInt64, alignment: Order)
  /// `cma_alloc_busy_retry`: the position was busy.
  case cmaBusy(CMAAreaID, PageFrameNumber, pages: UInt64)
  /// `cma_alloc_finish`.
  case cmaFinished(CMAAreaID, Result<PageFrameNumber, CMAFailure>, pages: UInt64)
  /// `cma_release`.
  case cmaReleased(CMAAreaID, PageFrameNumber, pages: UInt64)
  /// `mm_compaction_begin`: a zone is compacted for a block of an order; nil is all of it.
  case compactionBegan(ZoneKind, Order?)
  /// `mm_compaction_end`: whether there is such a block now.
  case compactionEnded(ZoneKind, hasBlock: Bool)
}

/// The trace of events.
///
/// Pages that are served and freed without detours pass no check: while there is a trace the tables
/// that lead to these ways send every request and every page the general way, where events are told.
extension PageAllocator {
  /// What is called with every event from now on; nil, as at first, is nobody.
  ///
  /// Copies have no trace.
  public var trace: (@Sendable (AllocatorEvent) -> Void)? {
    get { eventTrace }
    set {
      eventTrace = newValue
      isTraced = newValue != nil
      setShortcuts()
    }
  }

  /// Calls the trace.
  @inline(never) mutating func tell(_ event: AllocatorEvent) { eventTrace?(event) }

  /// Opens the short ways of single pages, or closes them where something has to be done on the way.
  mutating func setShortcuts() {
    let isOpen = !isTraced && processor == nil
    words.setShortcuts(isOpen: isOpen, maxOrder: maxOrder)
    planRequests(isOpen: isOpen)
  }
}
