public import PhysicalMemory

/// Per-device coherent pools and restricted pools.
extension PageAllocator {
  /// log2 of a restricted pool's slot, `IO_TLB_SHIFT`.
  static let slotShift = 11
  /// Slots that an allocation must not reach across, `IO_TLB_SEGSIZE`.
  private static let segmentSlots = 128

  /// Allocates from a coherent pool as `dma_alloc_from_dev_coherent` does: 2^order pages at the
  /// first free multiple of 2^order from the pool's base.
  ///
  /// - Complexity: O(pool).
  public mutating func allocateCoherent(
    _ pool: CoherentPoolID,
    _ size: ByteCount,
    owner: OwnerID = .none
  ) -> PageFrameNumber? {
    let state = coherentPools[pool.index]
    let pages = state.bitmap.count
    guard size > .zero, machine.pageSize.pages(holding: size) <= UInt64(pages) else { return nil }
    let count = 1 << Int(machine.pageSize.order(holding: size).rawValue)
    guard
      let index = bits.firstClear(state.bitmap, from: 0, count, mask: count - 1, offset: 0)
    else { return nil }
    bits.set(state.bitmap, index..<index + count, to: true)
    coherentPools[pool.index].add(index..<index + count, owner)
    let base = PageFrameNumber(holding: state.range.start, machine.pageSize)
    return PageFrameNumber(base.rawValue + UInt64(index))
  }

  /// Gives back what starts at `first` (`dma_release_from_dev_coherent`); false when nothing does.
  @discardableResult
  public mutating func releaseCoherent(_ pool: CoherentPoolID, first: PageFrameNumber) -> Bool {
    let base = PageFrameNumber(holding: coherentPools[pool.index].range.start, machine.pageSize)
    guard first >= base,
      let units = coherentPools[pool.index].remove(at: Int(first.rawValue - base.rawValue))
    else { return false }
    bits.set(coherentPools[pool.index].bitmap, units, to: false)
    return true
  }

  /// Allocates whole pages from a restricted pool (`swiotlb_alloc`): a run of slots that starts at a
  /// page, inside one segment, first fit from where the last search ended.
  mutating func allocateRestricted(_ pool: RestrictedPoolID, _ size: ByteCount, _ owner: OwnerID)
    -> PageFrameNumber?
  {
    let state = restrictedPools[pool.index]
    let slots = Int((size.rawValue + (1 << UInt64(Self.slotShift)) - 1) >> UInt64(Self.slotShift))
    let stride = 1 << (Int(machine.pageSize.shift) - Self.slotShift)
    guard slots > 0, slots <= Self.segmentSlots, state.bitmap.count > 0 else { return nil }
    let start = (state.next + stride - 1) / stride * stride
    let first = start < state.bitmap.count ? start : 0
    var index = first
    repeat {
      let end = index + slots
      if index / Self.segmentSlots == (end - 1) / Self.segmentSlots, end <= state.bitmap.count,
        bits.first(state.bitmap, true, in: index..<end) == end
      {
        bits.set(state.bitmap, index..<end, to: true)
        restrictedPools[pool.index].add(index..<end, owner)
        restrictedPools[pool.index].next = end < state.bitmap.count ? end : 0
        let address = state.range.start.rawValue + UInt64(index << Self.slotShift)
        return PageFrameNumber(holding: PhysicalAddress(address), machine.pageSize)
      }
      index += stride
      if index >= state.bitmap.count { index = 0 }
    } while index != first
    return nil
  }

  mutating func releaseRestricted(_ pool: RestrictedPoolID, first: PageFrameNumber) {
    let address = first.address(machine.pageSize).rawValue
    let base = restrictedPools[pool.index].range.start.rawValue
    let slot = Int((address - base) >> UInt64(Self.slotShift))
    guard let units = restrictedPools[pool.index].remove(at: slot) else {
      preconditionFailure("what is freed was allocated from this restricted pool")
    }
    bits.set(restrictedPools[pool.index].bitmap, units, to: false)
  }
}
