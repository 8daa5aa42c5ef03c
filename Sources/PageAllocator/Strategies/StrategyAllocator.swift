import PhysicalMemory

/// A strategy's own regions, apart from the memory that they were taken from.
///
/// `ContiguousSystem` holds both together. Who keeps the memory itself, as a dry-run does that changes
/// it all the time, holds these beside it.
public struct StrategyAllocator: Sendable {
  /// The strategy.
  public let strategy: Strategy
  /// The machine that is left for everybody else.
  public let machine: Machine
  var regions: [StrategyRegion]

  /// The regions of `strategy` on a machine; for every strategy but `today` the machine's own areas
  /// and pools are left out.
  public init(_ strategy: Strategy, on machine: Machine) throws(StrategyError) {
    let setUp = try StrategySetUp(strategy, machine)
    self.strategy = strategy
    self.machine = setUp.machine
    regions = setUp.regions
  }

  /// Asks for contiguous memory; `memory` is a machine as this one left it.
  public mutating func allocate(
    _ request: ContiguousRequest,
    _ memory: inout PageAllocator
  ) -> ContiguousOutcome {
    guard request.size > .zero else { return ContiguousOutcome(result: .failure(.nothingAsked)) }
    switch strategy {
    case .today, .pageAllocator: return Self.allocateDMA(request, &memory)
    default: break
    }
    var outcome = ContiguousOutcome(result: .failure(.noSuchRegion))
    for index in candidates(request) {
      outcome.result = take(request, from: index, &memory, &outcome)
      guard case .failure = outcome.result else { break }
    }
    if let buffer = outcome.buffer {
      let address = buffer.first.address(machine.pageSize)
      outcome.isWithinReach = request.device.reaches(address, request.size)
    }
    return outcome
  }

  /// Gives contiguous memory back.
  public mutating func free(_ buffer: ContiguousBuffer, _ memory: inout PageAllocator) {
    switch buffer.source {
    case .dma(let inner): memory.dmaFree(inner)
    case .region(let index):
      let released = regions[index].release(buffer.first.rawValue)
      precondition(released != nil, "what is freed was allocated from this region")
      if let area = regions[index].area {
        precondition(
          memory.releaseCMA(area, first: buffer.first, pages: buffer.pages),
          "a chunk's pages are held by its area"
        )
      }
    }
  }

  private static func allocateDMA(
    _ request: ContiguousRequest,
    _ memory: inout PageAllocator
  ) -> ContiguousOutcome {
    let answer = memory.dmaAllocate(request.size, for: request.device, mayWait: request.mayWait)
    var outcome = ContiguousOutcome(result: .failure(.noRoom))
    outcome.pagesMigrated = answer.pagesMigrated
    outcome.pagesReclaimed = answer.pagesReclaimed
    switch answer.result {
    case .success(let buffer):
      outcome.isWithinReach = buffer.isWithinReach
      outcome.result = .success(
        ContiguousBuffer(
          source: .dma(buffer),
          first: buffer.first,
          pages: buffer.pages,
          size: request.size
        )
      )
    case .failure(let failure): outcome.result = .failure(.dma(failure))
    }
    return outcome
  }

  /// The positions of the regions that are tried.
  private func candidates(_ request: ContiguousRequest) -> [Int] {
    var names = request.regions
    if case .cma2010(_, let map) = strategy, names.isEmpty {
      let rule = map.first {
        WildcardPattern($0.device).matches(request.deviceName)
          && ($0.kind == nil || $0.kind == request.kind)
      }
      guard let rule else { return [] }
      names = rule.regions
    }
    guard !names.isEmpty else { return Array(regions.indices) }
    return names.compactMap { name in regions.firstIndex { $0.name == name } }
  }

  private mutating func take(
    _ request: ContiguousRequest,
    from index: Int,
    _ memory: inout PageAllocator,
    _ outcome: inout ContiguousOutcome
  ) -> Result<ContiguousBuffer, ContiguousFailure> {
    let page = machine.pageSize
    let count = page.pages(holding: request.size)
    let step = UInt64(1) << UInt64(Swift.max(request.alignment.shift, page.shift) - page.shift)
    let taken: Range<UInt64>
    switch regions[index].take(count, alignment: step) {
    case .success(let range): taken = range
    case .failure(let failure): return .failure(failure)
    }
    if let area = regions[index].area {
      let answer = memory.allocateCMA(
        area,
        at: PageFrameNumber(taken.lowerBound),
        pages: count,
        owner: request.device.owner
      )
      outcome.pagesMigrated += answer.pagesMigrated
      outcome.pagesReclaimed += answer.pagesDropped
      if case .failure = answer.result {
        // No other place is tried.
        _ = regions[index].release(taken.lowerBound)
        return .failure(.busy)
      }
    }
    return .success(
      ContiguousBuffer(
        source: .region(index),
        first: PageFrameNumber(taken.lowerBound),
        pages: UInt64(taken.count),
        size: request.size
      )
    )
  }
}
