public import PhysicalMemory

/// A machine under one strategy: its memory, and the allocator that gives drivers contiguous ranges.
///
/// The rest of the system lives in `memory`, the same for every strategy, so one workload can be run
/// under each and the outcomes held side by side.
public struct ContiguousSystem: ~Copyable, Sendable {
  /// The strategy.
  public let strategy: Strategy
  /// What the rest of the system allocates from; `withMemory` changes it.
  public internal(set) var memory: PageAllocator
  /// The strategy's own regions, in its order.
  var regions: [StrategyRegion] = []
  /// Chunks of 2011 that are pinned, by first page.
  var pinnedChunks: Set<UInt64> = []

  /// The machine set up for `strategy`.
  ///
  /// For every strategy but `today` the machine's own areas and pools are left out; their memory is
  /// ordinary.
  ///
  /// - Complexity: O(pages).
  public init(_ strategy: Strategy, on machine: Machine) throws(StrategyError) {
    self.strategy = strategy
    let setUp = try StrategySetUp(strategy, machine)
    do throws(MachineError) {
      memory = try PageAllocator(setUp.machine)
    } catch {
      throw .machine(error)
    }
    regions = setUp.regions
  }

  /// Lets the rest of the system allocate and free.
  public mutating func withMemory<Result: ~Copyable>(
    _ body: (inout PageAllocator) throws -> Result
  ) rethrows -> Result {
    try body(&memory)
  }

  /// Asks for contiguous memory.
  public mutating func allocate(_ request: ContiguousRequest) -> ContiguousOutcome {
    guard request.size > .zero else { return ContiguousOutcome(result: .failure(.nothingAsked)) }
    switch strategy {
    case .today, .pageAllocator: return allocateDMA(request)
    case .bigphysarea, .pmem, .memoryLimit, .ionCarveout, .cma2010, .cma2011:
      return allocateFromRegions(request)
    }
  }

  /// Gives contiguous memory back.
  public mutating func free(_ buffer: ContiguousBuffer) {
    switch buffer.source {
    case .dma(let inner): memory.dmaFree(inner)
    case .region(let index):
      precondition(
        !pinnedChunks.contains(buffer.first.rawValue),
        "a chunk is unpinned before it is freed"
      )
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

  /// Memory that is of no use to the rest of the system, whoever holds it now.
  public var reservedBytes: ByteCount {
    memory.machine.pageSize.bytes(
      of: regions.reduce(0) { $0 + ($1.area == nil ? UInt64($1.pages.count) : 0) }
    )
  }

  /// Memory that lies idle: reserved for the strategy, not handed out, and of no use to others.
  public var idleBytes: ByteCount {
    memory.machine.pageSize.bytes(
      of: regions.reduce(0) {
        $0 + ($1.area == nil ? UInt64($1.pages.count) - $1.usedPages : 0)
      }
    )
  }

  /// The strategy's own regions as they are.
  public func regionReports() -> [StrategyRegionReport] {
    regions.map {
      StrategyRegionReport(
        name: $0.name,
        first: PageFrameNumber($0.pages.lowerBound),
        pages: UInt64($0.pages.count),
        usedPages: $0.usedPages,
        largestFreePages: $0.largestFree
      )
    }
  }

  // MARK: Inside

  private mutating func allocateDMA(_ request: ContiguousRequest) -> ContiguousOutcome {
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

  /// Tries the regions that the request may use, in order; the last one's answer stays.
  private mutating func allocateFromRegions(_ request: ContiguousRequest) -> ContiguousOutcome {
    var outcome = ContiguousOutcome(result: .failure(.noSuchRegion))
    for index in candidates(request) {
      outcome.result = allocate(request, from: index, &outcome)
      guard case .failure = outcome.result else { break }
    }
    if let buffer = outcome.buffer {
      outcome.isWithinReach = request.device.reaches(
        buffer.first.address(memory.machine.pageSize),
        request.size
      )
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

  private mutating func allocate(
    _ request: ContiguousRequest,
    from index: Int,
    _ outcome: inout ContiguousOutcome
  ) -> Result<ContiguousBuffer, ContiguousFailure> {
    let pageSize = memory.machine.pageSize
    let count = pageSize.pages(holding: request.size)
    let step = UInt64(1) << UInt64(Swift.max(request.alignment.shift, pageSize.shift))
    let alignment = step >> UInt64(pageSize.shift)
    let taken: Range<UInt64>
    switch regions[index].take(count, alignment: alignment) {
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

/// A region of a strategy as it is.
public struct StrategyRegionReport: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// Its first page.
  public let first: PageFrameNumber
  /// Its pages.
  public let pages: UInt64
  /// Pages that drivers hold, rounding included.
  public let usedPages: UInt64
  /// The longest run that its allocator could hand out at once.
  public let largestFreePages: UInt64
}

/// A name with `*` for any text and `?` for one character.
struct WildcardPattern {
  private let pattern: [Character]

  init(_ pattern: String) { self.pattern = Array(pattern) }

  func matches(_ text: String) -> Bool {
    let text = Array(text)
    var position = 0
    var place = 0
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if position < pattern.count, pattern[position] == "?" || pattern[position] == text[place] {
        position += 1
        place += 1
      } else if position < pattern.count, pattern[position] == "*" {
        star = (position, place)
        position += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        position = last.pattern + 1
        place = last.text + 1
      } else {
        return false
      }
    }
    return pattern[position...].allSatisfy { $0 == "*" }
  }
}
