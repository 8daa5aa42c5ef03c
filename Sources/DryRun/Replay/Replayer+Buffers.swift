import PageAllocator
import PhysicalMemory

/// Buffers of the driver.
extension Replayer {
  /// Buffers that the program holds at most; beyond that it does nothing and says nothing.
  private static let maximumBuffers = 512

  mutating func allocate(_ id: String, _ size: ByteCount) -> ReplayEntry.Result? {
    let slot = buffers.firstIndex { $0 == nil } ?? buffers.count
    guard slot < Self.maximumBuffers else { return nil }
    let outcome = memory.dmaAllocate(size, for: device)
    process.follow(&memory)
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

  mutating func free(_ id: String) -> ByteCount? {
    guard let slot = buffers.firstIndex(where: { $0?.id == id }), let held = buffers[slot] else {
      return nil
    }
    memory.dmaFree(held.buffer)
    buffers[slot] = nil
    return held.size
  }
}
