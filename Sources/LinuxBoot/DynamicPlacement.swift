import DeviceTree
import PhysicalMemory

/// What a dynamic node asks for.
struct DynamicRequest {
  let size: ByteCount
  /// The alignment as a number: what is no power of two is used as it is.
  let alignment: UInt64
  let isNoMap: Bool
  /// Start and end of each `alloc-ranges` entry, or nil without the property.
  let windows: [(start: PhysicalAddress, end: PhysicalAddress)]?
}

extension Replay {
  /// The result of placing a dynamic node.
  enum Placement {
    case success(PhysicalRange)
    case failure(RegionOutcome)
  }

  /// `__reserved_mem_alloc_size`: finds and reserves memory for a node with `size` only.
  ///
  /// `neighbours` are the regions that the direction rule of `alloc-ranges` looks at.
  mutating func place(_ node: Node, neighbours: [PhysicalRange]) -> Placement {
    let request: DynamicRequest
    switch readRequest(node) {
    case .failure(let outcome): return .failure(outcome)
    case .success(let read): request = read
    }
    let whole = [(start: PhysicalAddress(0), end: PhysicalAddress(0))]
    for window in request.windows ?? whole {
      let bottomUp = request.windows != nil && startsAtNeighbour(window, neighbours)
      let found = memblock.allocate(
        request.size,
        alignment: request.alignment,
        from: window.start,
        window.end.rawValue == 0 ? .anywhere : memblock.limit(window.end),
        bottomUp: bottomUp
      )
      guard let found else { continue }
      if request.isNoMap {
        change { memblock throws(Memblock.Full) in
          try memblock.setNoMap(true, found, request.size)
        }
      }
      claim(.node(node.path), found, request.size)
      return .success(PhysicalRange(start: found, saturating: request.size))
    }
    log(
      "OF: reserved mem: failed to allocate memory for node '\(node.name)': "
        + "size \(megabytes(request.size)) MiB"
    )
    return .failure(.notPlaced(explain(request)))
  }

  private enum Reading {
    case success(DynamicRequest)
    case failure(RegionOutcome)
  }

  private mutating func readRequest(_ node: Node) -> Reading {
    func malformed(_ property: String, _ tail: String) -> Reading {
      log("OF: reserved mem: invalid \(property) property in '\(node.name)'\(tail)")
      return .failure(.malformed(property: property))
    }
    guard let sizeProperty = node.property("size") else { return .failure(.emptyReg) }
    guard sizeProperty.count == cells.size * 4 else { return malformed("size", " node.") }
    let size = size(sizeProperty.number(at: 0, cells: cells.size))
    var alignment: UInt64 = 0
    if let property = node.property("alignment") {
      guard property.count == cells.address * 4 else { return malformed("alignment", " node.") }
      alignment = physical(property.number(at: 0, cells: cells.address))
    }
    let isNoMap = node.has("no-map")
    if target.config.cma, isCompatible(node, "shared-dma-pool"), node.has("reusable"), !isNoMap {
      alignment = max(alignment, target.cmaMinAlignment.bytes.rawValue)
    }
    if alignment == 0 { alignment = target.cacheLine.bytes.rawValue }
    var windows: [(start: PhysicalAddress, end: PhysicalAddress)]?
    if let property = node.property("alloc-ranges") {
      guard cells.entry > 0, property.count % (cells.entry * 4) == 0 else {
        return malformed("alloc-ranges", ", skipping node.")
      }
      windows = property.entries(cells).map { entry in
        let start = physical(entry.address)
        return (PhysicalAddress(start), address(start &+ entry.size))
      }
    }
    return .success(
      DynamicRequest(size: size, alignment: alignment, isNoMap: isNoMap, windows: windows)
    )
  }

  /// `__reserved_mem_alloc_in_range`: a window that starts at a region in the table and does not end
  /// at one is filled from below.
  private func startsAtNeighbour(
    _ window: (start: PhysicalAddress, end: PhysicalAddress),
    _ neighbours: [PhysicalRange]
  ) -> Bool {
    let starts = neighbours.contains { $0.start <= window.start && window.start <= $0.end }
    let ends = neighbours.contains { $0.start <= window.end && window.end <= $0.end }
    return starts && !ends
  }

  private func explain(_ request: DynamicRequest) -> PlacementFailure {
    let maximum = target.maximumAddress
    let all = [(start: PhysicalAddress(0), end: PhysicalAddress(0))]
    let windows = (request.windows ?? all).map { window in
      let end = window.end.rawValue == 0 ? maximum : window.end
      return PhysicalRange(start: min(window.start, end), end: end)
    }
    let free = PhysicalRegionSet(memblock.freeRanges())
    let runs = windows.flatMap { free.intersection($0).ranges }
    let largest = runs.max { $0.size < $1.size }
    var neighbours: [Occupant] = []
    if let largest {
      neighbours = claims.filter {
        $0.range.end == largest.start || $0.range.start == largest.end
      }
      .sorted { $0.range.start < $1.range.start }
    }
    return PlacementFailure(
      size: request.size,
      alignment: ByteCount(request.alignment),
      tried: request.windows?.isEmpty == true ? [] : windows,
      largestFree: largest,
      neighbours: neighbours
    )
  }

  /// `of_flat_dt_is_compatible`, which does not look at case.
  func isCompatible(_ node: Node, _ name: String) -> Bool {
    node.compatible.contains { $0.lowercased() == name }
  }
}
