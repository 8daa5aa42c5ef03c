public import PhysicalMemory

/// A machine under one strategy: its memory, and the allocator that gives drivers contiguous ranges.
///
/// The rest of the system lives in `memory`, the same for every strategy, so one workload can be run
/// under each and the outcomes held side by side.
public struct ContiguousSystem: ~Copyable, Sendable {
  /// What the rest of the system allocates from; `withMemory` changes it.
  public internal(set) var memory: PageAllocator
  private var allocator: StrategyAllocator
  /// Chunks of 2011 that are pinned, by first page.
  var pinnedChunks: Set<UInt64> = []

  /// The strategy.
  public var strategy: Strategy { allocator.strategy }

  /// The machine set up for `strategy`.
  ///
  /// For every strategy but `today` the machine's own areas and pools are left out; their memory is
  /// ordinary.
  ///
  /// - Complexity: O(pages).
  public init(_ strategy: Strategy, on machine: Machine) throws(StrategyError) {
    let allocator = try StrategyAllocator(strategy, on: machine)
    do throws(MachineError) {
      memory = try PageAllocator(allocator.machine)
    } catch {
      throw .machine(error)
    }
    self.allocator = allocator
  }

  /// Lets the rest of the system allocate and free.
  public mutating func withMemory<Result: ~Copyable>(
    _ body: (inout PageAllocator) throws -> Result
  ) rethrows -> Result {
    try body(&memory)
  }

  /// Asks for contiguous memory.
  public mutating func allocate(_ request: ContiguousRequest) -> ContiguousOutcome {
    allocator.allocate(request, &memory)
  }

  /// Gives contiguous memory back.
  public mutating func free(_ buffer: ContiguousBuffer) {
    precondition(
      !pinnedChunks.contains(buffer.first.rawValue),
      "a chunk is unpinned before it is freed"
    )
    allocator.free(buffer, &memory)
  }

  /// Memory that is of no use to the rest of the system, whoever holds it now.
  public var reservedBytes: ByteCount {
    memory.machine.pageSize.bytes(
      of: allocator.regions.reduce(0) { $0 + ($1.area == nil ? UInt64($1.pages.count) : 0) }
    )
  }

  /// Memory that lies idle: reserved for the strategy, not handed out, and of no use to others.
  public var idleBytes: ByteCount {
    memory.machine.pageSize.bytes(
      of: allocator.regions.reduce(0) {
        $0 + ($1.area == nil ? UInt64($1.pages.count) - $1.usedPages : 0)
      }
    )
  }

  /// The strategy's own regions as they are.
  public func regionReports() -> [StrategyRegionReport] {
    allocator.regions.map {
      StrategyRegionReport(
        name: $0.name,
        first: PageFrameNumber($0.pages.lowerBound),
        pages: UInt64($0.pages.count),
        usedPages: $0.usedPages,
        largestFreePages: $0.largestFree
      )
    }
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
