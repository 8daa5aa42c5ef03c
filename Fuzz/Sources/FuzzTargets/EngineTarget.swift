import PageAllocator
import PhysicalMemory

/// Bytes read one after the other; zeros where they end.
struct ByteReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place >= bytes.count }

  mutating func byte() -> UInt8 {
    guard place < bytes.count else { return 0 }
    defer { place += 1 }
    return bytes[place]
  }

  /// A number below `limit`, which is 1 or more.
  mutating func number(below limit: Int) -> Int {
    let value = limit > 256 ? Int(byte()) << 8 | Int(byte()) : Int(byte())
    return value % limit
  }

  mutating func flag() -> Bool { byte() & 1 == 1 }
}

/// A machine and operations on it; after each one all invariants of the allocator have to hold.
struct EngineTarget: FuzzTarget {
  /// Operations of one input.
  private static let limit = 400

  func run(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    let machine = EngineMachine.make(&reader)
    do throws(MachineError) {
      var run = try EngineRun(machine)
      var steps = 0
      while !reader.isAtEnd, steps < Self.limit {
        run.step(&reader)
        steps += 1
      }
      run.finish()
    } catch {
      Console.error("\(error)\n")
    }
  }
}

/// Machines of few pages.
enum EngineMachine {
  private static let sizes: [PageSize] = [.kib4, .kib16, .kib64]

  static func make(_ reader: inout ByteReader) -> Machine {
    let size = sizes[reader.number(below: sizes.count)]
    let count = UInt64(64 << reader.number(below: 4))
    let start = UInt64(reader.number(below: 4)) * 512
    let split = start + count * UInt64(reader.number(below: 5)) / 4
    let hole = UInt64(reader.number(below: 64))
    func range(_ first: UInt64, _ end: UInt64) -> PhysicalRange {
      PhysicalRange(
        start: PageFrameNumber(first).address(size),
        end: PageFrameNumber(max(first, end)).address(size)
      )
    }
    let end = start + count
    let kinds: [(ZoneKind, ZoneKind)] = [
      (.dma, .normal), (.dma32, .normal), (.normal, .highMem), (.normal, .movable),
    ]
    let pair = kinds[reader.number(below: kinds.count)]
    let zones = [(pair.0, start, split), (pair.1, split, end)].filter { $0.1 < $0.2 }
    let memory: PhysicalRegionSet =
      hole == 0
      ? PhysicalRegionSet([range(start, end)])
      : PhysicalRegionSet([range(start, start + hole), range(start + hole + 8, end)])
    var machine = Machine(
      zones: zones.map { ZoneDescription($0.0, range($0.1, $0.2)) },
      memory: memory
    )
    machine.pageSize = size
    machine.pageblockOrder = Order(UInt8(2 + reader.number(below: 3)))
    machine.maxOrder = Order(UInt8(3 + reader.number(below: 4)))
    machine.rules = [.mixedLists, .cleanLists, .claimThenSteal][reader.number(below: 3)]
    machine.architecture = [.arm, .arm64, .riscv][reader.number(below: 3)]
    machine.cmaUse = [.balanced, .beforeFallback, .lastResort][reader.number(below: 3)]
    machine.watermarks =
      [
        .off, .computed(transparentHugePages: true), .minimumFree(.kib(64)),
      ][reader.number(below: 3)]
    machine.atomicPools = reader.flag() ? .standard : .none
    machine.hasProcessorLists = reader.flag()
    machine.groupsByMobility = reader.flag()
    machine.compacts = reader.flag()
    machine.swapPages = UInt64(reader.number(below: 64))
    machine.hasZoneDMA = zones.contains { $0.0 == .dma }
    machine.hasZoneDMA32 = zones.contains { $0.0 == .dma32 }
    machine.cmaAlignmentOrder = Order(UInt8(reader.number(below: 9)))
    let block = UInt64(1) << UInt64(machine.pageblockOrder.rawValue)
    for index in 0..<reader.number(below: 3) {
      let first = (start + UInt64(reader.number(below: 200))) / block * block
      machine.cmaAreas.append(
        CMAAreaDescription(
          name: "area\(index)",
          range: range(first, first + block * UInt64(1 + reader.number(below: 8))),
          orderPerBit: Order(UInt8(reader.number(below: 3)))
        )
      )
    }
    if reader.flag(), !machine.cmaAreas.isEmpty { machine.defaultCMAArea = CMAAreaID(0) }
    if reader.flag() {
      let first = start + UInt64(reader.number(below: 60))
      machine.coherentPools = [PoolDescription(name: "pool", range: range(first, first + 24))]
    }
    if reader.flag() {
      let first = start + UInt64(reader.number(below: 60))
      machine.restrictedPools = [PoolDescription(name: "slots", range: range(first, first + 16))]
    }
    return machine
  }
}

/// A run of operations.
struct EngineRun: ~Copyable {
  private var engine: PageAllocator
  private let first: UInt64
  private let count: Int
  private var buffers: [DMABuffer] = []
  private var held: [(area: CMAAreaID, first: PageFrameNumber, pages: UInt64)] = []
  private var coherent: [PageFrameNumber] = []
  private var pins: UInt64 = 0

  init(_ machine: Machine) throws(MachineError) {
    engine = try PageAllocator(machine)
    engine.recordsRelocations = true
    let ranges = machine.zones.map(\.range)
    first = ranges.first.map { PageFrameNumber(holding: $0.start, machine.pageSize).rawValue } ?? 0
    count = Int(ranges.reduce(0) { $0 + machine.pageSize.pages(holding: $1.size) })
    check("boot")
  }

  private func check(_ what: @autoclosure () -> String) {
    if let broken = engine.checkInvariants() { Harness.stop("after \(what()): \(broken)") }
    let reports = engine.zoneReports()
    let free = reports.reduce(0) { $0 + $1.free }
    Harness.require(free == engine.freePageCount, "\(free) pages free, not \(engine.freePageCount)")
  }

  /// A block of this run's that a page belongs to.
  private func block(_ reader: inout ByteReader) -> UsedBlock? {
    let page = first + UInt64(reader.number(below: max(count, 1)))
    guard let block = engine.block(holding: PageFrameNumber(page)), block.owner != .kernel,
      block.use != .dma, block.owner != .none
    else { return nil }
    return block
  }

  private static let uses: [PageUse] = [
    .anonymous, .fileClean, .fileDirty, .transparentHuge, .tmpfs, .mlocked, .unmovable,
    .reclaimableSlab,
  ]

  mutating func step(_ reader: inout ByteReader) {
    let operation = reader.number(below: 19)
    switch operation {
    case 0, 1, 2: allocate(&reader)
    case 3, 4: if let block = block(&reader), block.pins == 0 { engine.freePages(at: block.first) }
    case 5: if let block = block(&reader), block.pins < 100 { engine.pin(block.first) }
    case 6: if let block = block(&reader), block.pins > 0 { engine.unpin(block.first) }
    case 7: if let block = block(&reader) { pinLongTerm(block) }
    case 8: changeUse(&reader)
    case 9: takeFromArea(&reader)
    case 10: giveToArea(&reader)
    case 11, 12: takeBuffer(&reader)
    case 13: giveBuffer(&reader)
    case 14: usePool(&reader)
    case 15: _ = engine.dropCaches(atMost: UInt64(reader.byte()))
    case 16: engine.compactMemory()
    case 17: movePages(&reader)
    default: housekeeping(&reader)
    }
    _ = engine.takeRelocations()
    check("operation \(operation)")
  }

  private mutating func allocate(_ reader: inout ByteReader) {
    let use = Self.uses[reader.number(below: Self.uses.count)]
    let order =
      use == .transparentHuge
      ? engine.machine.pageblockOrder : Order(UInt8(reader.number(below: 9)))
    let efforts: [PageRequest.Effort] = [.normal, .light]
    let request = PageRequest(
      order: order,
      use: use,
      owner: OwnerID(UInt32(reader.number(below: 5)) + 1),
      highestZone: reader.flag() ? ZoneKind.allCases[reader.number(below: 5)] : nil,
      mayWait: reader.flag(),
      effort: efforts[reader.number(below: 2)]
    )
    guard let page = try? engine.allocatePages(request) else { return }
    let block = engine.block(holding: page)
    Harness.require(
      block?.first == page && block?.order == order && block?.use == use && block?.pins == 0,
      "\(request) was given \(String(describing: block))"
    )
  }

  private mutating func pinLongTerm(_ block: UsedBlock) {
    guard block.use.isMigratable, block.pins < 100 else { return }
    guard let page = try? engine.pinLongTerm(block.first) else { return }
    let pinned = engine.block(holding: page)
    Harness.require(
      pinned?.pins == block.pins + 1,
      "a pin is missing: \(String(describing: pinned))"
    )
  }

  private mutating func changeUse(_ reader: inout ByteReader) {
    let use = Self.uses[reader.number(below: Self.uses.count)]
    guard let block = block(&reader), block.use.migrateType == use.migrateType,
      (use == .transparentHuge) == (block.use == .transparentHuge)
    else { return }
    engine.setUse(use, ofBlockAt: block.first)
  }

  private mutating func takeFromArea(_ reader: inout ByteReader) {
    guard !engine.machine.cmaAreas.isEmpty else { return }
    let area = CMAAreaID(reader.number(below: engine.machine.cmaAreas.count))
    let pages = UInt64(reader.number(below: 40))
    let order = Order(UInt8(reader.number(below: 6)))
    let owner = OwnerID(9)
    let outcome = engine.allocateCMA(area, pages: pages, alignmentOrder: order, owner: owner)
    guard case .success(let page) = outcome.result else { return }
    held.append((area, page, pages))
    Harness.require(
      engine.block(holding: page)?.use == .dma,
      "what an area gave is not a driver's"
    )
  }

  private mutating func giveToArea(_ reader: inout ByteReader) {
    guard !held.isEmpty else { return }
    let (area, page, pages) = held.remove(at: reader.number(below: held.count))
    Harness.require(engine.releaseCMA(area, first: page, pages: pages), "an area took nothing back")
  }

  private mutating func takeBuffer(_ reader: inout ByteReader) {
    var device = DMADevice(owner: OwnerID(8))
    let machine = engine.machine
    switch reader.number(below: 6) {
    case 0 where !machine.coherentPools.isEmpty: device.coherentPool = CoherentPoolID(0)
    case 1 where !machine.restrictedPools.isEmpty: device.restrictedPool = RestrictedPoolID(0)
    case 2 where !machine.cmaAreas.isEmpty: device.cmaArea = CMAAreaID(0)
    case 3: device.isBehindIOMMU = true
    case 4: device.coherentMask = BusAddress(0x3f_ffff)
    default: break
    }
    device.isCoherent = reader.flag()
    let size = ByteCount(UInt64(reader.byte()) << UInt64(reader.number(below: 12)))
    let outcome = engine.dmaAllocate(size, for: device, mayWait: reader.flag())
    if let buffer = outcome.buffer { buffers.append(buffer) }
  }

  private mutating func giveBuffer(_ reader: inout ByteReader) {
    guard !buffers.isEmpty else { return }
    engine.dmaFree(buffers.remove(at: reader.number(below: buffers.count)))
  }

  private mutating func usePool(_ reader: inout ByteReader) {
    guard !engine.machine.coherentPools.isEmpty else { return }
    let pool = CoherentPoolID(0)
    if reader.flag(), !coherent.isEmpty {
      let page = coherent.remove(at: reader.number(below: coherent.count))
      Harness.require(engine.releaseCoherent(pool, first: page), "a pool took nothing back")
    } else {
      let size = ByteCount(UInt64(reader.byte()) << UInt64(reader.number(below: 12)))
      if let page = engine.allocateCoherent(pool, size, owner: OwnerID(7)) { coherent.append(page) }
    }
  }

  private mutating func movePages(_ reader: inout ByteReader) {
    guard let block = block(&reader) else { return }
    if reader.flag() {
      _ = engine.movePageAway(block.first)
    } else {
      let target = first + UInt64(reader.number(below: max(count, 1)))
      _ = engine.movePage(block.first, to: PageFrameNumber(target))
    }
  }

  private mutating func housekeeping(_ reader: inout ByteReader) {
    switch reader.number(below: 4) {
    case 0: engine.drainProcessorLists()
    case 1: engine.releaseSwap(UInt64(reader.byte()))
    case 2: engine = engine.copy()
    default:
      for kind in ZoneKind.allCases {
        _ = engine.unusableFreeIndices(kind)
        _ = engine.fragmentationIndices(kind)
        _ = engine.freeBlocks(kind)
      }
    }
  }

  /// Everything is given back, and then everything is free that was at the start.
  mutating func finish() {
    for buffer in buffers { engine.dmaFree(buffer) }
    for (area, page, pages) in held {
      Harness.require(
        engine.releaseCMA(area, first: page, pages: pages),
        "an area took nothing back"
      )
    }
    for page in coherent {
      Harness.require(
        engine.releaseCoherent(CoherentPoolID(0), first: page),
        "a pool took nothing back"
      )
    }
    for page in first..<first + UInt64(count) {
      guard let block = engine.block(holding: PageFrameNumber(page)), block.owner != .kernel,
        block.use != .dma, block.owner != .none
      else { continue }
      for _ in 0..<block.pins { engine.unpin(block.first) }
      engine.freePages(at: block.first)
    }
    check("the end")
  }
}
