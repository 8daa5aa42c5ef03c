import PhysicalMemory

/// What `cma_declare_contiguous_nid` is asked for.
struct AreaRequest {
  var name: String
  var base: UInt64 = 0
  var size: UInt64
  var limit: UInt64 = 0
  var alignment: UInt64 = 0
  var orderPerBit = Order(0)
  var isFixed = false
  var node: Int?
  var behindBootAllocations = true
}

/// Why there is no CMA area, by the kernel's error number.
enum AreaError: Int, Error {
  case noMemory = -12
  case busy = -16
  case invalid = -22
  case noSlot = -28
}

extension Replay {
  /// `kernel/dma/contiguous.c: dma_contiguous_reserve`: the configured area or that of `cma=`.
  mutating func reserveDefaultArea(limit: PhysicalAddress, behindBootAllocations: Bool) {
    if target.version.isAtLeast(6, 6) { reservePerNodeAreas() }
    guard target.config.dmaCMA, map.defaultCMA == nil else { return }
    var request = AreaRequest(name: "reserved", size: configuredSize, limit: limit.rawValue)
    request.behindBootAllocations = behindBootAllocations
    if let size = commandLineArea.size {
      request.size = size
      request.base = commandLineArea.base
      if commandLineArea.limit != 0, limit.rawValue == 0 || commandLineArea.limit < limit.rawValue {
        request.limit = commandLineArea.limit
      }
      // The comparison uses what was given, not what is left of it.
      request.isFixed = physical(request.base &+ size) == commandLineArea.limit
    }
    guard request.size > 0, declareArea(request) == nil else { return }
    map.cma[map.cma.count - 1].isDefault = true
  }

  private var configuredSize: UInt64 {
    func part(_ percentage: Int) -> UInt64 {
      let page = target.pageSize
      let pages = memblock.total.rawValue >> UInt64(page.shift)
      return (pages * UInt64(percentage) / 100) << UInt64(page.shift)
    }
    switch target.config.defaultAreaSize {
    case .bytes(let size): return size.rawValue
    case .percentage(let percentage): return part(percentage)
    case .smaller(let size, let percentage): return min(size.rawValue, part(percentage))
    case .larger(let size, let percentage): return max(size.rawValue, part(percentage))
    }
  }

  /// `mm/cma.c: cma_declare_contiguous_nid`; why there is no area, or nil where there is one.
  mutating func declareArea(_ request: AreaRequest) -> AreaError? {
    if map.cma.count >= target.cmaAreaSlots {
      log("cma: Not enough slots for CMA reserved regions!")
      return .noSlot
    }
    var request = request
    guard request.size > 0 else { return .invalid }
    request.alignment = max(request.alignment, target.cmaMinAlignment.bytes.rawValue)
    let mask = request.alignment - 1
    let node = target.version.isAtLeast(6, 12) ? " on node \(request.node ?? -1)" : ""
    if request.isFixed, request.base & mask != 0 {
      log(
        "cma: Region at \(padded(request.base)) must be aligned to \(padded(request.alignment)) bytes"
      )
      log("cma: Failed to reserve \(request.size >> 20) MiB\(node)")
      return .invalid
    }
    request.base = physical((request.base &+ mask) & ~mask)
    request.size = physical((request.size &+ mask) & ~mask)
    request.limit &= ~mask
    if request.base == 0 { request.isFixed = false }
    let bit = UInt64(1) << UInt64(request.orderPerBit.rawValue + target.pageSize.shift)
    guard request.size & (bit - 1) == 0 else { return .invalid }
    do throws(AreaError) {
      let base = try findArea(&request)
      addArea(request, base)
      log("cma: Reserved \(request.size >> 20) MiB at \(padded(base))\(node)")
      return nil
    } catch {
      log("cma: Failed to reserve \(request.size >> 20) MiB\(node)")
      return error
    }
  }

  private mutating func addArea(_ request: AreaRequest, _ base: PhysicalAddress) {
    let searched = !request.isFixed
    map.cma.append(
      CMAArea(
        name: request.name,
        base: base,
        size: ByteCount(request.size),
        isActive: true,
        isDefault: false,
        confidence: confidence(
          searched: searched,
          behindBootAllocations: searched && request.behindBootAllocations
            && areaTouchesBootAllocations(base, ByteCount(request.size))
        ),
        node: nil,
        reservedSize: ByteCount(request.size),
        orderPerBit: request.orderPerBit
      )
    )
  }

  /// Whether the kernel's own allocations decide where the area lies: they are right above it.
  private func areaTouchesBootAllocations(_ base: PhysicalAddress, _ size: ByteCount) -> Bool {
    let above = PhysicalRange(
      start: base.addingSaturating(size),
      saturating: target.cmaMinAlignment.bytes
    )
    return bootAllocations.contains { $0.overlaps(above) }
  }

  /// Steps 8 to 12: checks the limits, then reserves.
  private mutating func findArea(
    _ request: inout AreaRequest
  ) throws(AreaError) -> PhysicalAddress {
    let end = memblock.end.rawValue
    let highStart = (highMemoryStart ?? memblock.end).rawValue
    let top = physical(request.base &+ request.size)
    if request.isFixed, request.base < highStart, top > highStart {
      log(
        "cma: Region at \(padded(request.base)) defined on low/high memory boundary "
          + "(\(padded(highStart)))"
      )
      throw .invalid
    }
    if request.limit == 0 || request.limit > end { request.limit = end }
    if top > request.limit {
      log(
        "cma: Size (\(padded(request.size))) of region at \(padded(request.base)) exceeds limit "
          + "(\(padded(request.limit)))"
      )
      throw .invalid
    }
    // Rounding up the biggest sizes there are wraps to nothing.
    let size = ByteCount(request.size)
    guard size > .zero else { throw .invalid }
    guard request.isFixed else {
      guard let found = searchArea(request, highStart: highStart) else { throw .noMemory }
      return found
    }
    let base = PhysicalAddress(request.base)
    if memblock.isReserved(base, size) { throw .busy }
    do { try memblock.reserve(base, size) } catch { throw .busy }
    return base
  }

  private mutating func searchArea(
    _ request: AreaRequest,
    highStart: UInt64
  ) -> PhysicalAddress? {
    let size = ByteCount(request.size)
    var limit = request.limit
    func search(from start: UInt64, bottomUp: Bool = false) -> PhysicalAddress? {
      memblock.allocate(
        size,
        alignment: request.alignment,
        from: PhysicalAddress(start),
        memblock.limit(PhysicalAddress(limit)),
        node: request.node,
        exact: true,
        bottomUp: bottomUp
      )
    }
    let fourGiB = UInt64(1) << 32
    let isAboveTried =
      target.maximumAddress.rawValue == .max
      && memblock.end.rawValue >= fourGiB &+ request.size && fourGiB &+ request.size >= fourGiB
    let isHighTried = request.base < highStart && limit > highStart
    var found: PhysicalAddress?
    if target.version.isAtLeast(6, 6) {
      if isAboveTried { found = search(from: fourGiB, bottomUp: true) }
      if found == nil, isHighTried {
        found = search(from: highStart)
        limit = highStart
      }
    } else {
      if isHighTried {
        found = search(from: highStart)
        limit = highStart
      }
      // Older kernels forget what they found in highmem, and leave it reserved.
      if isAboveTried { found = search(from: fourGiB, bottomUp: true) }
    }
    return found ?? search(from: request.base)
  }
}
