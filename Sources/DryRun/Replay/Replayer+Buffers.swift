import PageAllocator
import PhysicalMemory

/// Buffers of the driver.
extension Replayer {
  /// Buffers that the program holds at most; beyond that it does nothing and says nothing.
  private static let maximumBuffers = 512

  mutating func allocate(_ id: String, _ size: ByteCount) -> ReplayEntry.Result? {
    let slot = buffers.firstIndex { $0 == nil } ?? buffers.count
    guard slot < Self.maximumBuffers else { return nil }
    guard let small = takeSmallBuffers() else { return .refusedSmallBuffers }
    for buffer in pagesOfProcessor { memory.dmaFree(buffer) }
    pagesOfProcessor = small
    // A range of an area is emptied with the processors' lists drained (`alloc_contig_range`).
    if size > pageSize.bytes, device.cmaArea != nil || area != nil {
      process.drainProcessor(&memory)
    }
    var outcome = memory.dmaAllocate(size, for: device)
    process.follow(&memory)
    if outcome.buffer == nil, outcome.pagesMigrated + outcome.pagesReclaimed > 0 {
      // Reclaim and compaction drain the list when they got anywhere (`compact_zone`).
      process.drainProcessor(&memory)
      outcome = memory.dmaAllocate(size, for: device)
      process.follow(&memory)
    }
    var answer = BufferAnswer(
      size: size,
      alignmentOrder: outcome.cma?.alignmentOrder ?? Order(0),
      askedArea: outcome.cma != nil,
      wasOutOfReach: outcome.cmaWasOutOfReach,
      busyRetries: outcome.cma?.busyRetries ?? 0,
      busyPositions: outcome.cma?.busyPositions.map { $0.address(pageSize) } ?? []
    )
    if let buffer = try? outcome.result.get() {
      answer.buffer = buffer
      answer.address = buffer.first.address(pageSize)
      let held = HeldBuffer(id: id, size: size, buffer: buffer)
      if slot < buffers.count { buffers[slot] = held } else { buffers.append(held) }
    }
    return .allocated(answer)
  }

  /// The two buffers of a page that the driver has to have before it takes one of another size, and
  /// gives back afterwards; nil where one is refused.
  private mutating func takeSmallBuffers() -> [DMABuffer]? {
    var taken: [DMABuffer] = []
    for _ in 0..<2 {
      let outcome = memory.dmaAllocate(pageSize.bytes, for: device)
      process.follow(&memory)
      guard let buffer = outcome.buffer else {
        for buffer in taken { memory.dmaFree(buffer) }
        return nil
      }
      taken.append(buffer)
    }
    return taken
  }

  mutating func free(_ id: String) -> ByteCount? {
    guard let slot = buffers.firstIndex(where: { $0?.id == id }), let held = buffers[slot] else {
      return nil
    }
    memory.dmaFree(held.buffer)
    buffers[slot] = nil
    return held.size
  }
}
