import PageAllocator
import PhysicalMemory

/// Short and long-term pins of anonymous memory.
extension Replayer {
  /// Windows that the program can tell apart.
  private static let maximumWindows: UInt64 = 1 << 16
  /// A larger mapping can not be registered in one piece (`io_sqe_buffer_register`).
  private static let largestRegistered = ByteCount.gib(1)
  private static let noMemory = 12
  private static let badAddress = 14

  mutating func pin(most: UInt64, stride: UInt64) -> ReplayEntry.Result {
    let inArea = anonymousPagesInArea()
    guard let range = areaRange else { return .pinned([], anonymousInArea: 0) }
    let base = PageFrameNumber(holding: range.start, pageSize).rawValue
    let wanted = observedPins.popLast() ?? firstInEachWindow(most, stride, base)
    let pages = Set(wanted.map { base &+ $0 })
    var pinned: [UInt64] = []
    for offset in wanted where offset < pageSize.pages(holding: range.size) {
      if pinPage(base + offset, sparing: pages) { pinned.append(offset) }
    }
    return .pinned(pinned, anonymousInArea: inArea)
  }

  /// The first anonymous page of each window of the area, in the order of the mappings.
  private func firstInEachWindow(_ most: UInt64, _ stride: UInt64, _ base: UInt64) -> [UInt64] {
    guard let range = areaRange, stride > 0 else { return [] }
    let pages = pageSize.pages(holding: range.size)
    var seen: Set<UInt64> = []
    var found: [UInt64] = []
    for mapping in mappings {
      for page in process.objects[mapping.object].pages where page != ProcessMemory.gone {
        guard UInt64(found.count) < most else { return found }
        guard page >= base, page - base < pages else { continue }
        let window = (page - base) / stride
        guard window < Self.maximumWindows, seen.insert(window).inserted else { continue }
        found.append(page - base)
      }
    }
    return found
  }

  private func anonymousPagesInArea() -> UInt64 {
    guard let range = areaRange else { return 0 }
    let base = PageFrameNumber(holding: range.start, pageSize).rawValue
    let end = base + pageSize.pages(holding: range.size)
    var count: UInt64 = 0
    for mapping in mappings {
      for page in process.objects[mapping.object].pages where (base..<end).contains(page) {
        count += 1
      }
    }
    return count
  }

  /// Pins the anonymous page at a place, after bringing one there if need be.
  private mutating func pinPage(_ page: UInt64, sparing wanted: Set<UInt64>) -> Bool {
    let place = PageFrameNumber(page)
    if !isAnonymous(page) {
      // A driver's page can not have been an anonymous one at that time.
      if memory.block(holding: place) != nil, !memory.movePageAway(place) { return false }
      process.follow(&memory)
      guard let donor = anonymousPage(sparing: wanted), memory.movePage(donor, to: place) else {
        return false
      }
      process.follow(&memory)
    }
    guard let block = memory.block(holding: place) else { return false }
    memory.pin(block.first)
    pins.append(block.first.rawValue)
    return true
  }

  private func isAnonymous(_ page: UInt64) -> Bool {
    switch process.use(of: page) {
    case .anonymous?, .mlocked?: true
    default: false
    }
  }

  /// An anonymous page that is not pinned and may go elsewhere, one of the area if there is one.
  private func anonymousPage(sparing wanted: Set<UInt64>) -> PageFrameNumber? {
    guard let range = areaRange else { return nil }
    let base = PageFrameNumber(holding: range.start, pageSize).rawValue
    let end = base + pageSize.pages(holding: range.size)
    var other: PageFrameNumber?
    for mapping in mappings {
      for page in process.objects[mapping.object].pages where page != ProcessMemory.gone {
        guard !wanted.contains(page), let block = memory.block(holding: PageFrameNumber(page)),
          block.order == Order(0), block.pins == 0
        else { continue }
        if (base..<end).contains(page) { return PageFrameNumber(page) }
        if other == nil { other = PageFrameNumber(page) }
      }
    }
    return other
  }

  mutating func unpin() {
    for page in pins {
      memory.unpin(PageFrameNumber(page))
      if memory.block(holding: PageFrameNumber(page))?.pins == 0 {
        process.freeOrphan(page, &memory)
      }
    }
    pins = []
  }

  /// Registers each mapping as a buffer that stays pinned (`io_sqe_buffer_register`): its pages leave
  /// the area first, or the mapping is refused.
  mutating func pinLongTerm() -> LongTermAnswer {
    var answer = LongTermAnswer()
    answer.pagesBefore = anonymousPagesInArea()
    for mapping in mappings {
      if mapping.size == .zero || mapping.size > Self.largestRegistered {
        answer.errorNumber = Self.badAddress
      } else if pinLongTerm(mapping.object) {
        answer.bytes += mapping.size
      } else {
        answer.errorNumber = Self.noMemory
      }
      if isKilled { break }
    }
    answer.pagesAfter = anonymousPagesInArea()
    return answer
  }

  private mutating func pinLongTerm(_ object: Int) -> Bool {
    var pinned: [UInt64] = []
    for offset in process.objects[object].pages.indices {
      let page = process.objects[object].pages[offset]
      guard page != ProcessMemory.gone,
        let block = memory.block(holding: PageFrameNumber(page)), block.first.rawValue == page
      else { continue }
      do {
        let place = try memory.pinLongTerm(PageFrameNumber(page))
        process.follow(&memory)
        pinned.append(place.rawValue)
      } catch {
        process.follow(&memory)
        // The page that takes the content is a small `GFP_USER` allocation, which never fails: where
        // there is none the OOM killer makes room.
        if error == .outOfMemory, block.order == Order(0) { isKilled = true }
        for place in pinned { memory.unpin(PageFrameNumber(place)) }
        return false
      }
    }
    return true
  }
}
