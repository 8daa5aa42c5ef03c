import PhysicalMemory

/// `dma_alloc` of 32-bit Arm (`arch/arm/mm/dma-mapping.c`).
extension PageAllocator {
  /// `__dma_alloc` of `arch/arm/mm/dma-mapping.c`: CMA without fallback, blocks trimmed to pages, no
  /// check of the result against the mask.
  mutating func allocateOnArm(
    _ size: ByteCount,
    _ device: DMADevice,
    _ mayWait: Bool,
    _ outcome: inout DMAOutcome
  ) {
    let pages = machine.pageSize.pages(holding: size)
    if mayWait, let area = device.cmaArea ?? machine.defaultCMAArea {
      if let first = allocateFromCMA(area, pages, device.owner, &outcome) {
        outcome.result = .success(buffer(.cma(area), first, pages, size, device))
      } else if case .failure(let failure)? = outcome.cma?.result {
        outcome.result = .failure(.cma(failure))
      }
      return
    }
    if !mayWait, !device.isCoherent { return allocateFromAtomicPools(size, device, &outcome) }
    let order = machine.pageSize.order(holding: size)
    outcome.alignmentOrder = order
    let needsDMA = device.coherentMask.rawValue < 0xffff_ffff
    let request = PageRequest(
      order: order,
      use: .dma,
      owner: device.owner,
      highestZone: effectiveZone(needsDMA ? .dma : .normal),
      mayWait: mayWait
    )
    do {
      let position = try allocateBlock(request)
      trim(position, Int(order.pages), to: Int(pages))
      let first = pageFrame(at: position)
      outcome.result = .success(buffer(.buddy, first, pages, size, device))
    } catch {
      outcome.result = .failure(error == .orderTooLarge ? .aboveLargestBlock : .outOfMemory)
    }
  }

  /// Frees the pages of a block beyond the first `kept` (`__dma_alloc_buffer`).
  private mutating func trim(_ position: Int, _ pages: Int, to kept: Int) {
    guard kept < pages else { return }
    let word = words[position]
    words[position] = .tail
    var page = position
    while page < position + kept {
      let order = alignedOrder(page, position + kept)
      words[page] = word.with(order: order)
      page += 1 << order
    }
    giveBackRange(position + kept, position + pages)
  }
}
