import PhysicalMemory

/// The pools for requests of non-coherent devices that may not wait.
extension PageAllocator {
  /// `dma_atomic_pool_init` of `kernel/dma/pool.c`, or `atomic_pool_init` of 32-bit Arm.
  mutating func createAtomicPools() {
    let size: ByteCount
    switch machine.atomicPools {
    case .none: return
    case .size(let bytes): size = bytes
    case .standard: size = machine.architecture == .arm ? .kib(256) : standardPoolSize()
    }
    if machine.architecture == .arm {
      let order = Int(machine.pageSize.order(holding: size).rawValue)
      // One block, of this size or not at all; also in high memory.
      addAtomicPool(.dma, order, fromArea: machine.defaultCMAArea, mayShrink: false)
      return
    }
    let order = Swift.min(Int(machine.pageSize.order(holding: size).rawValue), maxOrder)
    addAtomicPool(.normal, order, fromArea: machine.defaultCMAArea, mayShrink: true)
    if machine.hasZoneDMA, hasManagedDMA() {
      let area = areaEnding(atOrBelow: machine.zoneDMALimit)
      addAtomicPool(.dma, order, fromArea: area, mayShrink: true)
    }
    if machine.hasZoneDMA32 {
      let area = areaEnding(atOrBelow: PhysicalAddress(0xffff_ffff))
      addAtomicPool(.dma32, order, fromArea: area, mayShrink: true)
    }
  }

  /// 128 KiB for each GiB, at least that and at most one largest block.
  private func standardPoolSize() -> ByteCount {
    var managed = 0
    for zone in 0..<zones.count { managed += zones[zone].managed }
    let pages = Swift.min(managed / 8192, 1 << maxOrder)
    return Swift.max(.kib(128), machine.pageSize.bytes(of: UInt64(pages)))
  }

  /// `has_managed_dma`.
  private func hasManagedDMA() -> Bool {
    for zone in 0..<zones.count where zones[zone].kind == .dma && zones[zone].managed > 0 {
      return true
    }
    return false
  }

  /// The default area if it ends below the limit (`cma_in_zone`).
  private func areaEnding(atOrBelow last: PhysicalAddress) -> CMAAreaID? {
    guard let area = machine.defaultCMAArea else { return nil }
    let end = machine.cmaAreas[area.index].range.end.rawValue
    return end - 1 <= last.rawValue ? area : nil
  }

  /// `__dma_atomic_pool_init`: a block from the area, else from the zone, else a smaller one.
  private mutating func addAtomicPool(
    _ kind: ZoneKind,
    _ wanted: Int,
    fromArea area: CMAAreaID?,
    mayShrink: Bool
  ) {
    for order in stride(from: wanted, through: mayShrink ? 0 : wanted, by: -1) {
      var first: PageFrameNumber?
      if let area {
        let align = Swift.min(Order(UInt8(order)), machine.cmaAlignmentOrder)
        let outcome = allocateCMA(area, pages: 1 << order, alignmentOrder: align, owner: .kernel)
        first = try? outcome.result.get()
      }
      // 32-bit Arm has either an area or the zone; where the area fails there is no pool.
      if first == nil, area == nil || mayShrink {
        first = try? allocatePages(
          PageRequest(
            order: Order(UInt8(order)),
            use: .dma,
            owner: .kernel,
            highestZone: effectiveZone(kind)
          )
        )
      }
      if let first {
        append(kind, first, 1 << order)
        return
      }
    }
  }

  private mutating func append(_ kind: ZoneKind, _ first: PageFrameNumber, _ pages: Int) {
    let range = PhysicalRange(
      start: first.address(machine.pageSize),
      end: PageFrameNumber(first.rawValue + UInt64(pages)).address(machine.pageSize)
    )
    let description = PoolDescription(name: "atomic-\(kind)", range: range)
    atomicPools.append(
      AtomicPoolState(
        kind: kind,
        firstPage: first.rawValue,
        pool: PoolState(description, bitmap: addBitmap(pages))
      )
    )
  }

  /// The zone that `GFP_DMA` or `GFP_DMA32` selects in a kernel that may lack it.
  func effectiveZone(_ kind: ZoneKind) -> ZoneKind {
    switch kind {
    case .dma where !machine.hasZoneDMA: .normal
    case .dma32 where !machine.hasZoneDMA32: .normal
    default: kind
    }
  }

  /// Allocates from the atomic pools, the guessed one first (`dma_alloc_from_pool`).
  mutating func allocateAtomic(
    _ pages: Int,
    _ guess: ZoneKind,
    _ owner: OwnerID,
    isReachable: (PageFrameNumber) -> Bool
  ) -> (ZoneKind, PageFrameNumber)? {
    let order: [ZoneKind]
    switch guess {
    case .dma: order = [.dma]
    case .dma32: order = [.dma32, .dma]
    default: order = [.normal, .dma32, .dma]
    }
    let mask = pages <= 1 ? 0 : (1 << (Int.bitWidth - (pages - 1).leadingZeroBitCount)) - 1
    for kind in order {
      guard let slot = atomicPools.firstIndex(where: { $0.kind == kind }) else { continue }
      let bitmap = atomicPools[slot].pool.bitmap
      guard let index = bits.firstClear(bitmap, from: 0, pages, mask: mask, offset: 0) else {
        continue
      }
      let page = PageFrameNumber(atomicPools[slot].firstPage + UInt64(index))
      guard isReachable(page) else { continue }
      bits.set(bitmap, index..<index + pages, to: true)
      atomicPools[slot].pool.add(index..<index + pages, owner)
      return (kind, page)
    }
    return nil
  }

  mutating func releaseAtomic(_ first: PageFrameNumber) {
    for slot in atomicPools.indices {
      let base = atomicPools[slot].firstPage
      guard first.rawValue >= base,
        first.rawValue - base < UInt64(atomicPools[slot].pool.bitmap.count)
      else { continue }
      guard let units = atomicPools[slot].pool.remove(at: Int(first.rawValue - base)) else { break }
      bits.set(atomicPools[slot].pool.bitmap, units, to: false)
      return
    }
    preconditionFailure("what is freed was allocated from an atomic pool")
  }
}
