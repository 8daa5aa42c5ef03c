public import PageAllocator
import PhysicalMemory

/// Carries out a scenario on a machine.
public struct Replayer: ~Copyable {
  /// Pages that a scenario may touch in all: 256 GiB of 4 KiB pages, some seconds.
  public static let maximumPages: UInt64 = 1 << 26

  var memory: PageAllocator
  var process: ProcessMemory
  var device = DMADevice(owner: OwnerID(2))
  /// Buffers in the order of their slots; a free slot is nil.
  var buffers: [HeldBuffer?] = []
  /// The small buffers that the driver gave back last: their pages lie on the processor's own list,
  /// where no watermark counts them.
  var pagesOfProcessor: [DMABuffer] = []
  /// Objects of the mappings, in the order in which they were made.
  var mappings: [Mapping] = []
  /// Objects of the tmpfs files by number, and of the small ones.
  var files: [Int?] = []
  var smallFiles: [Int?] = []
  /// Files of both sorts that are there.
  var fileCount: UInt64 = 0
  /// Objects of the files on disk that are in the page cache.
  var cachedFiles: [String: Int] = [:]
  /// First pages of blocks that are pinned for a short time, once for each pin.
  var pins: [UInt64] = []
  /// What was seen pinned, for each pin operation in turn.
  var observedPins: [[UInt64]]
  let hasDisk: Bool
  /// Whether faults of anonymous memory take huge pages.
  let hasHugePages: Bool
  var isKilled = false

  struct HeldBuffer {
    let id: String
    let size: ByteCount
    let buffer: DMABuffer
  }

  struct Mapping {
    let object: Int
    let size: ByteCount
  }

  private init(
    _ memory: consuming PageAllocator,
    observedPins: [[UInt64]],
    hasDisk: Bool,
    hasHugePages: Bool
  ) {
    process = ProcessMemory(owner: OwnerID(1), memory)
    self.memory = memory
    self.memory.recordsRelocations = true
    self.observedPins = observedPins.reversed()
    self.hasDisk = hasDisk
    self.hasHugePages = hasHugePages
  }

  /// Carries out `scenario` on `machine`; `observedPins` are the pages that were pinned in a real run,
  /// for each pin operation in turn.
  ///
  /// - Complexity: O(pages of the machine + pages touched).
  public static func run(
    _ scenario: Scenario,
    on machine: ReplayMachine,
    as device: DMADevice? = nil,
    observedPins: [[UInt64]] = []
  ) throws(MachineError) -> ReplayOutcome {
    let memory = try machine.boot()
    let hasHugePages = machine.hasTransparentHugePages && memory.memoryIsWorthHugePages
    var replayer = Replayer(
      memory,
      observedPins: observedPins,
      hasDisk: scenario.hasDisk,
      hasHugePages: hasHugePages
    )
    if let device { replayer.device = device }
    var outcome = ReplayOutcome(
      area: replayer.areaRange,
      pageSize: machine.machine.pageSize,
      start: replayer.state()
    )
    for (index, operation) in scenario.operations.enumerated() {
      guard replayer.process.touched <= maximumPages else {
        outcome.exhaustedAt = index
        break
      }
      let result = replayer.carryOut(operation)
      if replayer.isKilled {
        outcome.isKilled = true
        break
      }
      if let result {
        outcome.entries.append(
          ReplayEntry(operation: operation, result: result, memory: replayer.state())
        )
      }
    }
    return outcome
  }

  var area: CMAAreaID? {
    guard let area = memory.machine.defaultCMAArea, memory.isActive(area) else { return nil }
    return area
  }

  var areaRange: PhysicalRange? { area.map { memory.machine.cmaAreas[$0.index].range } }

  var pageSize: PageSize { memory.machine.pageSize }

  /// The machine as it shows itself.
  func state() -> MemoryState {
    var state = MemoryState()
    state.free = pageSize.bytes(of: memory.freePageCount)
    state.freeCMA = pageSize.bytes(of: memory.freeCMAPageCount)
    state.shared = pageSize.bytes(of: process.tmpfsPages)
    state.cached = state.shared + pageSize.bytes(of: process.filePages)
    state.anonymous = pageSize.bytes(of: process.anonymousPages)
    for zone in memory.machine.zones {
      let counts = memory.freeBlocks(zone.kind)
      if state.freeBlocks.isEmpty {
        state.freeBlocks = counts
      } else {
        for order in counts.indices { state.freeBlocks[order] += counts[order] }
      }
    }
    guard let area, let range = areaRange else { return state }
    state.used = memory.usedRuns(of: area)
    var occupancy = MemoryState.Occupancy()
    occupancy.free = pageSize.pages(holding: range.size)
    for share in memory.holders(of: area) {
      occupancy.free -= share.pages
      switch share.use {
      case .anonymous, .transparentHuge: occupancy.anonymous += share.pages
      case .mlocked:
        occupancy.anonymous += share.pages
        occupancy.locked += share.pages
      case .tmpfs: occupancy.tmpfs += share.pages
      case .fileClean, .fileDirty: occupancy.file += share.pages
      case .unmovable, .reclaimableSlab, .dma: occupancy.other += share.pages
      }
    }
    state.occupancy = occupancy
    return state
  }

  /// Does one operation; nil where the program says nothing of it.
  private mutating func carryOut(_ operation: Scenario.Operation) -> ReplayEntry.Result? {
    switch operation {
    case .allocate(let id, let size): return allocate(id, size)
    case .free(let id): return .freed(free(id))
    case .anonymous(let size, let kind): return .done(touch(size, kind))
    case .anonymousUntil(let limit): return .done(touchUntil(free: limit))
    case .tmpfs(let size): return .done(writeFile(size))
    case .tmpfsUntil(let limit): return .done(writeUntil(free: limit))
    case .read(let path, let size): return .done(read(path, size))
    case .smallFiles(let count, let size): return .done(writeSmallFiles(count, size))
    case .removeOdd: return .done(removeOdd())
    case .removeFile(let number): return .done(removeFile(number))
    case .removeFiles: return .done(removeFiles())
    case .dropAnonymous: return .done(dropAnonymous())
    case .dropFirst: return .done(dropFirst())
    case .dropCaches:
      memory.dropCaches()
      process.follow(&memory)
      return .done(1)
    case .compact:
      memory.compactMemory()
      process.follow(&memory)
      return .done(1)
    case .pin(let most, let stride): return pin(most: most, stride: stride)
    case .unpin:
      unpin()
      return .unpinned
    case .pinLongTerm: return .pinnedLongTerm(pinLongTerm())
    case .sleep, .state: return .done(0)
    }
  }
}
