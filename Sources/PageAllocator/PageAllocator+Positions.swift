import PhysicalMemory

/// Page numbers and positions.
extension PageAllocator {
  /// The position of a page, or nil outside memory.
  @inline(__always) func position(of pfn: UInt64) -> Int? {
    let offset = pfn &- widestSpan.start
    if offset < widestSpan.pages {
      return widestSpan.base &+ Int(truncatingIfNeeded: offset)
    }
    return Self.position(of: pfn, in: spans)
  }

  /// The position of a page that is not in the widest span, or nil outside memory.
  ///
  /// - Complexity: O(banks).
  // A function of the spans alone: for a call on the whole value its 500 bytes would be copied.
  private static func position(of pfn: UInt64, in spans: borrowing FlatMemory<Span>) -> Int? {
    for index in 0..<spans.count {
      let span = spans[index]
      if pfn >= span.start && pfn < span.end { return span.base + Int(pfn - span.alignedStart) }
    }
    return nil
  }

  /// The position of a page that is known to be in memory.
  @inline(__always) func knownPosition(_ pfn: UInt64) -> Int {
    guard let position = position(of: pfn) else {
      preconditionFailure("the page is in the memory of the machine")
    }
    return position
  }

  /// The number of the page at a position.
  @inline(__always) func pfn(at position: Int) -> UInt64 {
    let offset = UInt64(truncatingIfNeeded: position &- widestSpan.base)
    if offset < widestSpan.pages { return widestSpan.start &+ offset }
    return Self.span(at: position, in: spans).page(at: position)
  }

  @inline(__always) func pageFrame(at position: Int) -> PageFrameNumber {
    PageFrameNumber(pfn(at: position))
  }

  /// The span that a position is in.
  ///
  /// - Complexity: O(banks).
  @inline(__always) func span(at position: Int) -> Span { Self.span(at: position, in: spans) }

  private static func span(at position: Int, in spans: borrowing FlatMemory<Span>) -> Span {
    for index in 0..<spans.count where position < spans[index].base + spans[index].count {
      return spans[index]
    }
    preconditionFailure("the position is in a span")
  }

  /// The first zone that a request for zones up to `highest` looks at; `zones.count` or more if the
  /// machine has none.
  @inline(__always) func preferredZone(_ highest: ZoneKind) -> Int {
    Int(truncatingIfNeeded: preferredZones &>> (8 &* UInt64(highest.rawValue)) & 255)
  }

  @inline(__always) func zone(at position: Int) -> Int {
    pageblocks[position &>> pageblockOrder].zone
  }

  @inline(__always) func pageblockType(at position: Int) -> MigrateType {
    pageblocks[position &>> pageblockOrder].type
  }

  /// The position of the first page of the block that a page belongs to.
  ///
  /// - Complexity: O(orders).
  @inline(__always) func head(of position: Int) -> Int {
    var order = 0
    while order <= maxOrder {
      let head = position & ~((1 &<< order) &- 1)
      if !words.isTail(head) { return head }
      order &+= 1
    }
    preconditionFailure("every page belongs to a block")
  }

  /// Makes a page the first of its block, which is in use or absent, by halving the block.
  ///
  /// - Complexity: O(orders).
  mutating func splitBlock(at position: Int) {
    guard position & ((1 << maxOrder) - 1) != 0 else { return }
    var head = self.head(of: position)
    var order = words[head].order
    precondition(head == position || !words[head].isFree, "free blocks are split by the free lists")
    while head != position {
      order -= 1
      let word = words[head].with(order: order)
      words[head] = word
      words[head + (1 << order)] = word
      if position >= head + (1 << order) { head += 1 << order }
    }
  }

  /// The order of the largest aligned block from `position` that ends at or before `end`.
  @inline(__always) func alignedOrder(_ position: Int, _ end: Int) -> Int {
    let room = Int.bitWidth - 1 - (end - position).leadingZeroBitCount
    return Swift.min(position == 0 ? maxOrder : position.trailingZeroBitCount, room, maxOrder)
  }
}
