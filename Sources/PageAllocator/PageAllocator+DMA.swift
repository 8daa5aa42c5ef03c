public import PhysicalMemory

/// `dma_alloc_attrs` and its way through the pools, CMA and the page allocator.
extension PageAllocator {
  /// Allocates a buffer for a device the way its kernel would.
  ///
  /// `mayWait` is `GFP_KERNEL`, without it `GFP_ATOMIC`.
  public mutating func dmaAllocate(_ size: ByteCount, for device: DMADevice, mayWait: Bool = true)
    -> DMAOutcome
  {
    let before = statistics
    var outcome = DMAOutcome()
    if size == .zero {
      outcome.result = .failure(.nothingAsked)
    } else if let pool = device.coherentPool {
      // Whatever the pool answers is final.
      outcome.result = .failure(.coherentPoolFull)
      outcome.alignmentOrder = machine.pageSize.order(holding: size)
      if let first = allocateCoherent(pool, size, owner: device.owner) {
        let pages = machine.pageSize.order(holding: size).pages
        outcome.result = .success(buffer(.coherentPool(pool), first, pages, size, device))
      }
    } else if device.isBehindIOMMU {
      allocateBehindIOMMU(size, device, mayWait, &outcome)
    } else if machine.architecture == .arm {
      allocateOnArm(size, device, mayWait, &outcome)
    } else {
      allocateDirect(size, device, mayWait, &outcome)
    }
    outcome.pagesMigrated = statistics.pagesMigrated - before.pagesMigrated
    outcome.pagesReclaimed = statistics.pagesReclaimed - before.pagesReclaimed
    return outcome
  }

  /// Frees a buffer (`dma_free_attrs`).
  public mutating func dmaFree(_ buffer: DMABuffer) {
    switch buffer.source {
    case .coherentPool(let pool):
      precondition(
        releaseCoherent(pool, first: buffer.first),
        "what is freed was allocated from this coherent pool"
      )
    case .restrictedPool(let pool): releaseRestricted(pool, first: buffer.first)
    case .cma(let area):
      precondition(
        releaseCMA(area, first: buffer.first, pages: buffer.pages),
        "what is freed was allocated from this CMA area"
      )
    case .atomicPool: releaseAtomic(buffer.first)
    case .buddy, .iommu:
      for extent in buffer.extents {
        let start = knownPosition(extent.first.rawValue)
        let singly = machine.architecture == .arm
        releaseRange(start, start + Int(extent.pages), singly: singly)
      }
    }
  }

  func buffer(
    _ source: DMASource,
    _ first: PageFrameNumber,
    _ pages: UInt64,
    _ size: ByteCount,
    _ device: DMADevice
  ) -> DMABuffer {
    DMABuffer(
      source: source,
      extents: [PageExtent(first: first, pages: pages)],
      size: size,
      isWithinReach: device.reaches(first.address(machine.pageSize), size)
    )
  }

  // MARK: arm64, riscv

  /// `dma_direct_alloc`.
  private mutating func allocateDirect(
    _ size: ByteCount,
    _ device: DMADevice,
    _ mayWait: Bool,
    _ outcome: inout DMAOutcome
  ) {
    let pages = machine.pageSize.pages(holding: size)
    let whole = machine.pageSize.bytes(of: pages)
    if !device.isCoherent, let pool = machine.globalPool {
      // Final, like a device's own pool.
      outcome.result = .failure(.coherentPoolFull)
      outcome.alignmentOrder = machine.pageSize.order(holding: size)
      guard let first = allocateCoherent(pool, size, owner: device.owner) else { return }
      let count = machine.pageSize.order(holding: size).pages
      outcome.result = .success(buffer(.coherentPool(pool), first, count, size, device))
      return
    }
    if !device.isCoherent, !machine.mapsUncached {
      outcome.result = .failure(.notMappable)
      return
    }
    if !device.isCoherent, !mayWait, device.restrictedPool == nil {
      return allocateFromAtomicPools(size, device, &outcome)
    }
    if let pool = device.restrictedPool {
      outcome.result = .failure(.restrictedPoolFull)
      guard let first = allocateRestricted(pool, whole, device.owner) else { return }
      guard device.reaches(first.address(machine.pageSize), whole) else {
        releaseRestricted(pool, first: first)
        outcome.result = .failure(.outOfReach)
        return
      }
      outcome.result = .success(buffer(.restrictedPool(pool), first, pages, size, device))
      return
    }
    if mayWait, let area = device.cmaArea ?? (pages > 1 ? machine.defaultCMAArea : nil),
      let first = allocateFromCMA(area, pages, device.owner, &outcome)
    {
      if device.reaches(first.address(machine.pageSize), whole) {
        outcome.result = .success(buffer(.cma(area), first, pages, size, device))
        return
      }
      releaseCMA(area, first: first, pages: pages)
      outcome.cmaWasOutOfReach = true
    }
    allocateFromBuddy(size, device, mayWait, &outcome)
  }

  /// `dma_alloc_contiguous` for one area: exact pages, alignment capped.
  mutating func allocateFromCMA(
    _ area: CMAAreaID,
    _ pages: UInt64,
    _ owner: OwnerID,
    _ outcome: inout DMAOutcome
  ) -> PageFrameNumber? {
    let order = machine.pageSize.order(holding: machine.pageSize.bytes(of: pages))
    let align = Swift.min(order, machine.cmaAlignmentOrder)
    let answer = allocateCMA(area, pages: pages, alignmentOrder: align, owner: owner)
    outcome.cma = answer
    outcome.cmaArea = area
    outcome.alignmentOrder = align
    return try? answer.result.get()
  }

  /// The zone that a limit needs (`dma_direct_optimal_gfp_mask`); Normal stands for no flag.
  func zoneFlag(_ device: DMADevice) -> ZoneKind {
    let limit = device.physicalLimit
    if limit <= machine.zoneDMALimit.rawValue { return .dma }
    return limit <= 0xffff_ffff ? .dma32 : .normal
  }

  /// `__dma_direct_alloc_pages` after CMA: whole blocks, and another zone if the first is too high.
  private mutating func allocateFromBuddy(
    _ size: ByteCount,
    _ device: DMADevice,
    _ mayWait: Bool,
    _ outcome: inout DMAOutcome
  ) {
    let order = machine.pageSize.order(holding: size)
    outcome.alignmentOrder = order
    var flag = zoneFlag(device)
    while true {
      let request = PageRequest(
        order: order,
        use: .dma,
        owner: device.owner,
        highestZone: effectiveZone(flag),
        mayWait: mayWait
      )
      let first: PageFrameNumber
      do {
        first = try allocatePages(request)
      } catch {
        outcome.result = .failure(error == .orderTooLarge ? .aboveLargestBlock : .outOfMemory)
        return
      }
      let whole = machine.pageSize.bytes(of: machine.pageSize.pages(holding: size))
      if device.reaches(first.address(machine.pageSize), whole) {
        outcome.result = .success(buffer(.buddy, first, order.pages, size, device))
        return
      }
      freePages(at: first)
      outcome.result = .failure(.outOfReach)
      if machine.hasZoneDMA32, device.physicalLimit < .max, flag == .normal {
        flag = .dma32
      } else if machine.hasZoneDMA, flag != .dma {
        flag = .dma
      } else {
        return
      }
    }
  }

  mutating func allocateFromAtomicPools(
    _ size: ByteCount,
    _ device: DMADevice,
    _ outcome: inout DMAOutcome
  ) {
    let pages = machine.pageSize.pages(holding: size)
    let pageSize = machine.pageSize
    let guess = machine.architecture == .arm ? .dma : zoneFlag(device)
    let checks = machine.architecture != .arm
    let found = allocateAtomic(Int(pages), guess, device.owner) {
      !checks || device.reaches($0.address(pageSize), pageSize.bytes(of: pages))
    }
    if let (_, first) = found {
      outcome.result = .success(buffer(.atomicPool, first, pages, size, device))
    } else {
      outcome.result = .failure(.atomicPoolsFull)
    }
  }
}
