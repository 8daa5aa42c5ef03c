import PhysicalMemory
import Synchronization
import TestSupport

@testable import PageAllocator

/// A sum over everything that an engine told (FNV-1a).
final class Told: Sendable {
  private let state = Mutex<UInt64>(0xcbf2_9ce4_8422_2325)
  var sum: UInt64 { state.withLock { $0 } }
  func add(_ text: String) {
    state.withLock { sum in
      for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
  }
}

/// Random calls of all that the engine can do, and a sum over all that it answers.
struct EngineHistory: ~Copyable {
  var engine: PageAllocator
  private var random: SeededGenerator
  private let told = Told()
  private var blocks: [PageFrameNumber] = []
  private var buffers: [DMABuffer] = []
  private var cmaBuffers: [(area: Int, first: PageFrameNumber, pages: UInt64)] = []
  private var coherent: [(pool: Int, first: PageFrameNumber)] = []
  private let devices: [DMADevice]

  init(_ machine: Machine, seed: UInt64) throws {
    engine = try PageAllocator(machine)
    engine.recordsRelocations = true
    random = SeededGenerator(seed: seed)
    devices = Self.devices(machine)
    engine.trace = { [told] in told.add("\($0)") }
  }

  /// What this history is known by.
  struct Figures: Equatable, CustomStringConvertible, Sendable {
    var free: UInt64
    var migrated: UInt64
    var reclaimed: UInt64
    var fallbacks: UInt64
    var failures: UInt64
    var sum: UInt64

    init(
      _ free: UInt64,
      _ migrated: UInt64,
      _ reclaimed: UInt64,
      _ fallbacks: UInt64,
      _ failures: UInt64,
      _ sum: UInt64
    ) {
      self.free = free
      self.migrated = migrated
      self.reclaimed = reclaimed
      self.fallbacks = fallbacks
      self.failures = failures
      self.sum = sum
    }

    var description: String {
      "(\(free), \(migrated), \(reclaimed), \(fallbacks), \(failures), \(sum))"
    }
  }

  mutating func run(_ steps: Int) -> Figures {
    for step in 0..<steps {
      told.add(self.step())
      engine.forEachRelocation { told.add("\($0)") }
      if step % 100 == 99 { report() }
    }
    report()
    let statistics = engine.statistics
    return Figures(
      engine.freePageCount,
      statistics.pagesMigrated,
      statistics.pagesReclaimed,
      statistics.fallbacks,
      statistics.failures,
      told.sum
    )
  }

  // MARK: What is called

  private mutating func step() -> String {
    switch Int.random(in: 0..<100, using: &random) {
    case ..<46: allocate()
    case ..<62: free()
    case ..<67: dmaAllocate()
    case ..<71: dmaFree()
    case ..<75: allocateFromArea()
    case ..<77: releaseToArea()
    case ..<79: useCoherentPool()
    case ..<84: pinSomething()
    case ..<90: changeOrMove()
    case ..<94: setAsideAndBack()
    default: seldom()
    }
  }

  private mutating func allocate() -> String {
    let uses: [PageUse] = [
      .anonymous, .anonymous, .fileClean, .fileClean, .fileDirty, .tmpfs, .mlocked, .unmovable,
      .unmovable, .reclaimableSlab, .transparentHuge,
    ]
    let use = uses[Int.random(in: 0..<uses.count, using: &random)]
    var order: UInt8 = 0
    while Int.random(in: 0..<3, using: &random) == 0 { order += 1 }
    if use == .transparentHuge { order = engine.machine.pageblockOrder.rawValue }
    let zones: [ZoneKind?] = [nil, nil, nil, .dma, .dma32, .normal]
    let efforts: [PageRequest.Effort] = [.normal, .normal, .light, .once, .retry]
    let request = PageRequest(
      order: Order(order),
      use: use,
      owner: OwnerID(UInt32.random(in: 1...5, using: &random)),
      highestZone: zones[Int.random(in: 0..<zones.count, using: &random)],
      mayWait: Int.random(in: 0..<4, using: &random) > 0,
      effort: efforts[Int.random(in: 0..<efforts.count, using: &random)]
    )
    do {
      let first = try engine.allocatePages(request)
      blocks.append(first)
      return "\(request) \(first)"
    } catch {
      return "\(request) \(error)"
    }
  }

  /// A block that was handed out, is still where it was, and is neither pinned nor a device's.
  private mutating func someBlock() -> UsedBlock? {
    guard !blocks.isEmpty else { return nil }
    let index = Int.random(in: 0..<blocks.count, using: &random)
    guard let block = engine.block(holding: blocks[index]), block.first == blocks[index],
      block.use != .dma
    else {
      blocks.swapAt(index, blocks.count - 1)
      blocks.removeLast()
      return nil
    }
    return block
  }

  private mutating func free() -> String {
    guard let block = someBlock(), block.pins == 0 else { return "" }
    blocks.removeAll { $0 == block.first }
    engine.freePages(at: block.first)
    return "free \(block)"
  }

  private mutating func dmaAllocate() -> String {
    let device = devices[Int.random(in: 0..<devices.count, using: &random)]
    let bytes =
      UInt64.random(in: 0...12, using: &random) * UInt64.random(in: 1...8000, using: &random)
    let mayWait = Int.random(in: 0..<3, using: &random) > 0
    let outcome = engine.dmaAllocate(ByteCount(bytes), for: device, mayWait: mayWait)
    if let buffer = outcome.buffer { buffers.append(buffer) }
    return "\(bytes) \(outcome)"
  }

  private mutating func dmaFree() -> String {
    guard !buffers.isEmpty else { return "" }
    let buffer = buffers.remove(at: Int.random(in: 0..<buffers.count, using: &random))
    engine.dmaFree(buffer)
    return "free \(buffer)"
  }

  private mutating func allocateFromArea() -> String {
    guard !engine.machine.cmaAreas.isEmpty else { return "" }
    let area = Int.random(in: 0..<engine.machine.cmaAreas.count, using: &random)
    let pages = UInt64.random(in: 1...40, using: &random)
    let outcome = engine.allocateCMA(
      CMAAreaID(area),
      pages: pages,
      alignmentOrder: Order(.random(in: 0...5, using: &random)),
      owner: OwnerID(7)
    )
    if case .success(let first) = outcome.result { cmaBuffers.append((area, first, pages)) }
    return "\(outcome)"
  }

  private mutating func releaseToArea() -> String {
    guard !cmaBuffers.isEmpty else { return "" }
    let buffer = cmaBuffers.remove(at: Int.random(in: 0..<cmaBuffers.count, using: &random))
    return "\(engine.releaseCMA(CMAAreaID(buffer.area), first: buffer.first, pages: buffer.pages))"
  }

  private mutating func useCoherentPool() -> String {
    guard !engine.machine.coherentPools.isEmpty else { return "" }
    if !coherent.isEmpty, Bool.random(using: &random) {
      let part = coherent.remove(at: Int.random(in: 0..<coherent.count, using: &random))
      return "\(engine.releaseCoherent(CoherentPoolID(part.pool), first: part.first))"
    }
    let pool = Int.random(in: 0..<engine.machine.coherentPools.count, using: &random)
    let size = ByteCount(.random(in: 1...40_000, using: &random))
    let first = engine.allocateCoherent(CoherentPoolID(pool), size, owner: OwnerID(8))
    if let first { coherent.append((pool, first)) }
    return "\(size) \(String(describing: first))"
  }

  private mutating func pinSomething() -> String {
    guard let block = someBlock(), block.use.isMigratable else { return "" }
    if block.pins > 0 {
      engine.unpin(block.first)
      return "unpin \(block)"
    }
    guard Bool.random(using: &random) else {
      engine.pin(block.first)
      return "pin \(block)"
    }
    do {
      let place = try engine.pinLongTerm(block.first)
      blocks.append(place)
      return "pinned \(place)"
    } catch {
      return "\(error)"
    }
  }

  private mutating func changeOrMove() -> String {
    guard let block = someBlock() else { return "" }
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      guard block.use == .fileClean || block.use == .fileDirty else { return "" }
      engine.setUse(block.use == .fileClean ? .fileDirty : .fileClean, ofBlockAt: block.first)
      return "written"
    case 1: return "away \(engine.movePageAway(block.first))"
    default:
      let target = PageFrameNumber(block.first.rawValue ^ .random(in: 1...64, using: &random))
      let hasMoved = engine.movePage(block.first, to: target)
      if hasMoved { blocks.append(target) }
      return "moved \(block) \(target) \(hasMoved)"
    }
  }

  private mutating func setAsideAndBack() -> String {
    guard let block = someBlock(), block.order == Order(0), block.pins == 0 else { return "" }
    engine.setAside(block.first)
    let other = allocate()
    engine.takeBack(block.first, as: block.use)
    return other
  }

  private mutating func seldom() -> String {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return "\(engine.dropCaches(atMost: .random(in: 1...64, using: &random)))"
    case 1:
      engine.compactMemory()
      return "compacted"
    case 2:
      engine.drainProcessorLists()
      return "drained"
    case 3:
      engine.releaseSwap(.random(in: 0...20, using: &random))
      return "swapped in"
    case 4:
      engine.freeReserved(engine.machine.reserved.ranges.first ?? pages(0, 0))
      return "freed what boot held"
    default:
      engine = engine.copy()
      return "copied"
    }
  }

  // MARK: What is asked

  private func report() {
    told.add("\(engine.zoneReports()) \(engine.statistics.vmstat) \(engine.swappedPageCount)")
    told.add("\(engine.freePageCount) \(engine.cmaPageCount) \(engine.freeCMAPageCount)")
    told.add(
      "\(engine.metadataByteCount) \(engine.processorPageCount) \(engine.processorListLimits)"
    )
    told.add("\(engine.movablePagesAreAboveMinimum) \(engine.checkInvariants() ?? "sound")")
    for zone in engine.machine.zones.map(\.kind) {
      told.add("\(engine.freeBlocks(zone)) \(engine.pageblockCounts(zone))")
      told.add("\(MigrateType.allCases.map { engine.freeBlocks(zone, $0) })")
      told.add("\(engine.fragmentationIndices(zone)) \(engine.unusableFreeIndices(zone))")
    }
    for index in engine.machine.cmaAreas.indices {
      let area = CMAAreaID(index)
      told.add("\(engine.report(area)) \(engine.holders(of: area)) \(engine.usedRuns(of: area))")
    }
    for index in engine.machine.coherentPools.indices {
      let pool = CoherentPoolID(index)
      told.add("\(engine.report(pool)) \(engine.holders(of: pool))")
    }
    told.add("\(engine.atomicPoolReports())")
    for range in engine.machine.memory.ranges { told.add("\(engine.holders(of: range))") }
  }

  /// A device of each kind.
  private static func devices(_ machine: Machine) -> [DMADevice] {
    let plain = DMADevice(owner: OwnerID(20))
    var devices = [plain, plain, plain]
    devices[1].isCoherent = true
    devices[2].isBehindIOMMU = true
    func add(_ change: (inout DMADevice) -> Void) {
      var device = plain
      change(&device)
      devices.append(device)
    }
    let span = PhysicalRange(
      start: machine.memory.start ?? PhysicalAddress(0),
      end: machine.memory.end ?? PhysicalAddress(0)
    )
    add { $0.coherentMask = BusAddress(span.start.rawValue + span.size.rawValue / 2 - 1) }
    add { $0.busLimit = BusAddress(span.size.rawValue / 3) }
    add { device in
      device.windows = [.init(span, bus: BusAddress(0))]
      device.busLimit = BusAddress(span.size.rawValue - 1)
    }
    for index in machine.cmaAreas.indices { add { $0.cmaArea = CMAAreaID(index) } }
    for index in machine.coherentPools.indices { add { $0.coherentPool = CoherentPoolID(index) } }
    for index in machine.restrictedPools.indices {
      add { $0.restrictedPool = RestrictedPoolID(index) }
    }
    return devices
  }
}
