import PhysicalMemory

/// `dma_alloc` behind an IOMMU (`drivers/iommu/dma-iommu.c`).
extension PageAllocator {
  /// `iommu_dma_alloc`: blocks of the IOMMU's page sizes, the largest that can be had.
  mutating func allocateBehindIOMMU(
    _ size: ByteCount,
    _ device: DMADevice,
    _ mayWait: Bool,
    _ outcome: inout DMAOutcome
  ) {
    let pages = machine.pageSize.pages(holding: size)
    if !mayWait, !device.isCoherent { return allocateFromAtomicPools(size, device, &outcome) }
    if !mayWait {
      let request = PageRequest(
        order: machine.pageSize.order(holding: size),
        use: .dma,
        owner: device.owner,
        mayWait: false
      )
      if let first = try? allocatePages(request) {
        outcome.result = .success(buffer(.iommu, first, request.order.pages, size, device))
      }
      return
    }
    // A page table level maps 2^(page shift - 3) pages.
    let large = Int(machine.pageSize.shift) - 3
    var extents: [PageExtent] = []
    var left = Int(pages)
    while left > 0 {
      var order = left >= 1 << large && large <= maxOrder ? large : 0
      var block = iommuBlock(order, device.owner)
      if block == nil, order > 0 {
        order = 0
        block = iommuBlock(0, device.owner)
      }
      guard let block else {
        for extent in extents {
          let start = knownPosition(extent.first.rawValue)
          releaseRange(start, start + Int(extent.pages))
        }
        outcome.result = .failure(.outOfMemory)
        return
      }
      extents.append(PageExtent(first: block, pages: 1 << UInt64(order)))
      left -= 1 << order
    }
    outcome.result = .success(
      DMABuffer(source: .iommu, extents: extents, size: size, isWithinReach: true)
    )
  }

  private mutating func iommuBlock(_ order: Int, _ owner: OwnerID) -> PageFrameNumber? {
    try? allocatePages(
      PageRequest(
        order: Order(UInt8(order)),
        use: .dma,
        owner: owner,
        highestZone: .highMem,
        effort: order > 0 ? .once : .normal
      )
    )
  }
}
