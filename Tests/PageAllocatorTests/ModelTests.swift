import PhysicalMemory
import TestSupport
import Testing

@testable import PageAllocator

/// Random operations on the engine and on `NaiveModel`, compared after every step.
struct ModelRun: ~Copyable {
  var engine: PageAllocator
  var model: NaiveModel
  var random: SeededGenerator
  let managed: UInt64
  /// For each coherent pool the units taken.
  var pools: [[Bool]]
  var poolHoldings: [(pool: Int, first: UInt64, count: Int)] = []

  init(_ machine: Machine, seed: UInt64) throws {
    engine = try PageAllocator(machine)
    engine.recordsRelocations = true
    model = NaiveModel(machine)
    for pool in engine.atomicPools {
      for page in pool.firstPage..<pool.firstPage + UInt64(pool.pool.bitmap.count) {
        let block = NaiveModel.Block(order: 0, use: .dma, owner: .kernel)
        _ = model.add(page, block)
      }
    }
    random = SeededGenerator(seed: seed)
    managed = engine.zoneReports().reduce(0) { $0 + $1.managed }
    pools = machine.coherentPools.map {
      [Bool](repeating: false, count: Int(machine.pageSize.pages(holding: $0.range.size)))
    }
  }

  /// One operation; what it broke, or nil.
  mutating func step() -> String? {
    let broken: String?
    switch Int.random(in: 0..<100, using: &random) {
    case ..<38: broken = allocate()
    case ..<66: broken = free()
    case ..<72: broken = pinSomething()
    case ..<77: broken = pinForLong()
    case ..<81: broken = changeUse()
    case ..<82: broken = dropCaches()
    case ..<91: broken = allocateFromArea()
    case ..<96: broken = releaseToArea()
    default: broken = useCoherentPool()
    }
    return broken ?? model.apply(engine.takeRelocations()) ?? compare()
  }

  private func compare() -> String? {
    if let broken = engine.checkInvariants() { return broken }
    if engine.freePageCount + engine.processorPageCount != UInt64(model.freeCount) {
      return "\(engine.freePageCount) pages free, the model has \(model.freeCount)"
    }
    for first in model.firsts {
      guard let block = model.blocks[first],
        let used = engine.block(holding: PageFrameNumber(first))
      else { return "\(first) is not in use" }
      // Buffers in areas are kept page by page in the model.
      let page = PageFrameNumber(first)
      let isSame =
        used.use == block.use && used.owner == block.owner && used.pins == block.pins
        && (block.use == .dma || (used.first == page && Int(used.order.rawValue) == block.order))
      if !isSame { return "\(first) is \(used), the model has \(block)" }
    }
    return nil
  }

  private mutating func allocate() -> String? {
    let uses: [PageUse] = [
      .anonymous, .anonymous, .fileClean, .fileClean, .fileDirty, .tmpfs, .mlocked, .unmovable,
      .unmovable, .reclaimableSlab, .transparentHuge,
    ]
    guard let use = uses.randomElement(using: &random) else { return nil }
    let largest = Int(engine.machine.maxOrder.rawValue)
    var order = 0
    while order < largest, Int.random(in: 0..<3, using: &random) == 0 { order += 1 }
    if use == .transparentHuge { order = Int(engine.machine.pageblockOrder.rawValue) }
    let request = PageRequest(
      order: Order(UInt8(order)),
      use: use,
      owner: OwnerID(UInt32.random(in: 1...5, using: &random)),
      mayWait: Bool.random(using: &random)
    )
    do {
      let first = try engine.allocatePages(request)
      // Pages are moved out of the way before the block is handed out.
      if let broken = model.apply(engine.takeRelocations()) { return broken }
      let block = NaiveModel.Block(order: order, use: use, owner: request.owner)
      return model.add(first.rawValue, block)
    } catch {
      // With nothing held back, a single page that could wait fails only if nothing is free.
      guard order == 0, engine.machine.watermarks == .off, use.isMigratable else { return nil }
      return engine.freePageCount > 0 ? "a movable page was refused although one is free" : nil
    }
  }

  private func firsts(where condition: (NaiveModel.Block) -> Bool) -> [UInt64] {
    model.firsts.filter { first in model.blocks[first].map(condition) ?? false }
  }

  private mutating func free() -> String? {
    let candidates = firsts { $0.pins == 0 && $0.use != .dma }
    guard let first = candidates.randomElement(using: &random) else { return nil }
    engine.freePages(at: PageFrameNumber(first))
    model.remove(first)
    return nil
  }

  private mutating func pinSomething() -> String? {
    let pinned = firsts { $0.pins > 0 }
    if pinned.count > 4 || Bool.random(using: &random),
      let first = pinned.randomElement(using: &random)
    {
      engine.unpin(PageFrameNumber(first))
      model.update(first) { $0.pins -= 1 }
    } else if let first = firsts(where: { $0.use.isMigratable }).randomElement(using: &random) {
      engine.pin(PageFrameNumber(first))
      model.update(first) { $0.pins += 1 }
    }
    return nil
  }

  private mutating func pinForLong() -> String? {
    let candidates = firsts { $0.use.isMigratable && $0.pins < 2 }
    guard let first = candidates.randomElement(using: &random) else { return nil }
    do {
      let place = try engine.pinLongTerm(PageFrameNumber(first))
      if let broken = model.apply(engine.takeRelocations()) { return broken }
      model.update(place.rawValue) { $0.pins += 1 }
      let isWrong = model.isInArea(place.rawValue) || model.isInMovableZone(place.rawValue)
      return isWrong ? "a long-term pin where pages must stay movable" : nil
    } catch {
      let mustMove = model.isInArea(first) || model.isInMovableZone(first)
      return mustMove ? nil : "a long-term pin of a page that can stay was refused"
    }
  }

  private mutating func changeUse() -> String? {
    let files = firsts { $0.use == .fileClean || $0.use == .fileDirty }
    guard let first = files.randomElement(using: &random), let block = model.blocks[first] else {
      return nil
    }
    let use: PageUse = block.use == .fileClean ? .fileDirty : .fileClean
    engine.setUse(use, ofBlockAt: PageFrameNumber(first))
    model.update(first) { $0.use = use }
    return nil
  }

  private mutating func dropCaches() -> String? {
    engine.dropCaches(atMost: UInt64.random(in: 1...64, using: &random))
    return nil
  }

  private mutating func allocateFromArea() -> String? {
    guard let area = model.areas.indices.randomElement(using: &random) else { return nil }
    let count = UInt64.random(in: 1...UInt64(model.areas[area].count / 2), using: &random)
    let align = UInt8.random(in: 0...4, using: &random)
    let owner = OwnerID(9)
    let outcome = engine.allocateCMA(
      CMAAreaID(area),
      pages: count,
      alignmentOrder: Order(align),
      owner: owner
    )
    if let broken = model.apply(engine.takeRelocations()) { return broken }
    guard case .success(let page) = outcome.result else { return nil }
    let first = page.rawValue
    if first & ((1 << UInt64(align)) - 1) != 0 { return "a buffer is not aligned" }
    if !model.areas[area].contains(first) || !model.areas[area].contains(first + count - 1) {
      return "a buffer is not in its area"
    }
    for page in first..<first + count {
      let block = NaiveModel.Block(order: 0, use: .dma, owner: owner)
      if let broken = model.add(page, block) { return broken }
    }
    model.buffers.append((area, first, count))
    return nil
  }

  private mutating func releaseToArea() -> String? {
    guard let index = model.buffers.indices.randomElement(using: &random) else { return nil }
    let buffer = model.buffers.remove(at: index)
    for page in buffer.first..<buffer.first + buffer.pages { model.remove(page) }
    let isDone = engine.releaseCMA(
      CMAAreaID(buffer.area),
      first: PageFrameNumber(buffer.first),
      pages: buffer.pages
    )
    return isDone ? nil : "a buffer was not taken back"
  }

  private mutating func useCoherentPool() -> String? {
    guard let pool = pools.indices.randomElement(using: &random) else { return nil }
    let base = PageFrameNumber(
      holding: engine.machine.coherentPools[pool].range.start,
      engine.machine.pageSize
    ).rawValue
    if let index = poolHoldings.indices.randomElement(using: &random), Bool.random(using: &random) {
      let holding = poolHoldings.remove(at: index)
      for unit in 0..<holding.count {
        pools[holding.pool][Int(holding.first - base) + unit] = false
      }
      let isDone = engine.releaseCoherent(
        CoherentPoolID(holding.pool),
        first: PageFrameNumber(holding.first)
      )
      return isDone ? nil : "a coherent buffer was not taken back"
    }
    let size = ByteCount(UInt64.random(in: 1...200_000, using: &random))
    let count = Int(engine.machine.pageSize.order(holding: size).pages)
    var expected: Int?
    for start in stride(from: 0, through: pools[pool].count - count, by: count)
    where expected == nil && !pools[pool][start..<start + count].contains(true) {
      expected = start
    }
    let page = engine.allocateCoherent(CoherentPoolID(pool), size)
    guard let expected else { return page == nil ? nil : "a full coherent pool gave a buffer" }
    guard page?.rawValue == base + UInt64(expected) else { return "not the first fit of a pool" }
    for unit in expected..<expected + count { pools[pool][unit] = true }
    poolHoldings.append((pool, base + UInt64(expected), count))
    return nil
  }
}

#if DEBUG
let modelSteps = 500
let modelSeeds: Range<UInt64> = 0..<4
#else
// With the machines below, nearly three million operations.
let modelSteps = 9000
let modelSeeds: Range<UInt64> = 0..<40
#endif

/// Machines that differ in everything that changes the bookkeeping.
let modelMachines: [String: Machine] = {
  var machines: [String: Machine] = [:]
  machines["one zone"] = smallMachine(512, areas: [pages(64, 128), pages(256, 288)])
  machines["reserved"] = smallMachine(
    320,
    from: 16,
    reserved: [pages(20, 21), pages(40, 63), pages(200, 203)],
    areas: [pages(128, 176)]
  )
  var wide = smallMachine(512, pageblock: 2, largest: 6, areas: [pages(4, 60), pages(300, 308)])
  wide.coherentPools = [PoolDescription(name: "pool", range: pages(100, 163))]
  machines["pageblock far below the largest order"] = wide
  var zoned = smallMachine(512)
  zoned.memory = PhysicalRegionSet([pages(0, 300), pages(100_000, 100_212)])
  zoned.zones = [
    ZoneDescription(.dma, pages(0, 100)), ZoneDescription(.normal, pages(100, 100_100)),
    ZoneDescription(.movable, pages(100_100, 100_300)),
  ]
  zoned.hasZoneDMA = true
  zoned.cmaAreas = [
    CMAAreaDescription(name: "low", range: pages(8, 40)),
    CMAAreaDescription(name: "far", range: pages(100_032, 100_064)),
    CMAAreaDescription(name: "crossing", range: pages(96, 104)),
  ]
  zoned.watermarks = .minimumFree(.kib(64))
  machines["three zones, two banks, watermarks"] = zoned
  var swapping = smallMachine(256, areas: [pages(0, 64)])
  swapping.swapPages = 100
  swapping.watermarks = .computed(transparentHugePages: false)
  machines["swap"] = swapping
  var processor = smallMachine(512, pageblock: 4, largest: 5, areas: [pages(128, 192)])
  processor.hasProcessorLists = true
  processor.watermarks = .minimumFree(.kib(64))
  machines["processor's lists"] = processor
  for size in [PageSize.kib16, .kib64] {
    var large = Machine(
      zones: [ZoneDescription(.dma, pages(0, 256, size))],
      memory: PhysicalRegionSet([pages(0, 256, size)])
    )
    large.pageSize = size
    large.pageblockOrder = Order(5)
    large.maxOrder = Order(5)
    large.groupsByMobility = true
    large.watermarks = .off
    large.cmaAreas = [CMAAreaDescription(name: "area", range: pages(64, 128, size))]
    large.defaultCMAArea = CMAAreaID(0)
    large.coherentPools = [PoolDescription(name: "pool", range: pages(200, 250, size))]
    machines["pages of \(size)"] = large
  }
  machines["all orders of 4 KiB pages"] = smallMachine(
    4096,
    pageblock: 9,
    largest: 10,
    reserved: [pages(1, 3), pages(3000, 3001)],
    areas: [pages(1024, 1536)]
  )
  return machines
}()

@Test(arguments: modelMachines.keys.sorted(), modelSeeds)
func randomOperationsAgreeWithTheModel(_ name: String, _ seed: UInt64) throws {
  let machine = try #require(modelMachines[name])
  var run = try ModelRun(machine, seed: seed)
  // Each step looks at every page, so where there are many there are fewer steps.
  let pages = Int(machine.memory.size.rawValue >> UInt64(machine.pageSize.shift))
  for step in 0..<min(modelSteps, modelSteps * 512 / pages) {
    let broken = run.step()
    if let broken {
      Issue.record("\(name), seed \(seed), step \(step): \(broken)")
      return
    }
  }
}
