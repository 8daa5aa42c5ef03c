import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// What the rest of the system holds: blocks that can be found again when they move.
///
/// Every block has an owner number of its own, so a relocation names its slot.
struct BackgroundLoad {
  /// Blocks that a run holds at most; on larger machines a block is more than a page.
  static let maximumSlots = 1 << 20
  /// The owner number of slot zero; devices have smaller ones.
  static let firstOwner: UInt32 = 1 << 20

  var slots: ContiguousArray<LoadSlot> = []
  /// Slots whose block was given back for good.
  var unused: ContiguousArray<UInt32> = []
  /// The pages of huge blocks that were split.
  var fragments: [UInt32: [UInt64]] = [:]
  /// Slots of pins that are held.
  var pinned: [Int: UInt32] = [:]
  /// Slots of hogs that live.
  var hogs: [Int: [UInt32]] = [:]
  /// Slots of blocks that are given back once the machine has started.
  var noise: [UInt32] = []
  /// Slots of compressed memory.
  var compressed: UInt64 = 0
  /// The pages that each class is meant to have.
  var levels = [UInt64](repeating: 0, count: MemoryClass.allCases.count)
  /// The pages by which each class has grown.
  var grown = [UInt64](repeating: 0, count: MemoryClass.allCases.count)
  /// Slots of classes that are replaced all the time.
  var replaceable: UInt64 = 0
  /// Whether there may be dirty pages that can be written back.
  var mayHaveDirty = false
  /// Pages of a huge page.
  let hugeOrder: UInt8
  let grain: UInt8
  /// Pages that compressed memory can take of what is swapped out.
  let zramPages: UInt64
  var numbers: SeededNumbers
  private var seen: UInt64 = 0
  private(set) var counts = LoadCounts()

  init(seed: UInt64, _ workload: Workload, _ machine: Machine) {
    numbers = SeededNumbers(seed: seed, purpose: 2)
    let most = workload.phases.map { Self.pages($0.background, machine.pageSize) }.max() ?? 0
    var grain: UInt8 = 0
    while most >> UInt64(grain) > UInt64(Self.maximumSlots) * 3 / 4 { grain += 1 }
    self.grain = grain
    hugeOrder = min(machine.pageblockOrder, machine.maxOrder).rawValue
    zramPages = machine.pageSize.pages(holding: workload.background.zram)
  }

  /// The pages of a background at its levels, with the largest hog.
  static func pages(_ background: Background, _ pageSize: PageSize) -> UInt64 {
    var total = MemoryClass.allCases.reduce(0) {
      Time.sum($0, pageSize.pages(holding: background[$1]))
    }
    total = Time.sum(total, pageSize.pages(holding: background.hogs?.size ?? .zero))
    return Time.sum(total, pageSize.pages(holding: background.bootNoise))
  }

  // MARK: Blocks

  /// Takes a block into a slot of its own; gives the slot.
  @inline(__always)
  mutating func add(_ use: PageUse, _ order: UInt8, _ memory: inout PageAllocator) -> UInt32? {
    let slot = unused.last ?? UInt32(slots.count)
    guard slot < Self.maximumSlots, let page = allocate(use, order, slot, &memory) else {
      return nil
    }
    let block = LoadSlot(page: page, order: order, use: use)
    if unused.isEmpty {
      slots.append(block)
    } else {
      unused.removeLast()
      slots[Int(slot)] = block
    }
    follow(&memory)
    return slot
  }

  @inline(__always)
  mutating func allocate(
    _ use: PageUse,
    _ order: UInt8,
    _ slot: UInt32,
    _ memory: inout PageAllocator
  ) -> UInt64? {
    var request = PageRequest(
      order: Order(order),
      use: use,
      owner: OwnerID(Self.firstOwner + slot)
    )
    if use == .transparentHuge { request.effort = .once }
    counts.pageEvents += 1
    do {
      return try memory.allocatePages(request).rawValue
    } catch {
      return allocateSlowly(request, &memory)
    }
  }

  /// Once more, after dirty pages were written.
  private mutating func allocateSlowly(_ request: PageRequest, _ memory: inout PageAllocator)
    -> UInt64?
  {
    follow(&memory)
    if writeBack(&memory), let page = try? memory.allocatePages(request) { return page.rawValue }
    counts.refused += 1
    if request.use.migrateType != .movable { counts.refusedUnmovable += 1 }
    // A huge page that can not be had is made of small ones; nobody is killed for it.
    if request.order.rawValue <= 3 { counts.kills += 1 }
    return nil
  }

  /// Makes dirty pages clean; false where there are none.
  private mutating func writeBack(_ memory: inout PageAllocator) -> Bool {
    guard mayHaveDirty else { return false }
    var written = 0
    for slot in slots.indices where slots[slot].use == .fileDirty && written < 1024 {
      guard slots[slot].isFree, !slots[slot].isGone else { continue }
      memory.setUse(.fileClean, ofBlockAt: PageFrameNumber(slots[slot].page))
      slots[slot].use = .fileClean
      written += 1
    }
    mayHaveDirty = written == 1024
    return written > 0
  }

  /// Gives a block back for good; one that is pinned stays.
  mutating func release(_ slot: UInt32, _ memory: inout PageAllocator) {
    let block = slots[Int(slot)]
    guard !block.isPinned, !block.isPinnedLong, !block.isUnused else { return }
    if block.isSplit {
      for page in fragments.removeValue(forKey: slot) ?? [] {
        memory.freePages(at: PageFrameNumber(page))
      }
    } else if block.isGone {
      if block.use.isSwappable { memory.releaseSwap(block.pages) }
    } else {
      memory.freePages(at: PageFrameNumber(block.page))
      counts.pageEvents += 1
    }
    slots[Int(slot)].isUnused = true
    unused.append(slot)
  }

  // MARK: Following blocks

  /// Whether every block that is followed is where it is thought to be.
  func isConsistent(with memory: borrowing PageAllocator) -> Bool {
    for (index, slot) in slots.enumerated() where !slot.isGone && !slot.isUnused {
      let owner = OwnerID(Self.firstOwner + UInt32(index))
      for page in slot.isSplit ? fragments[UInt32(index)] ?? [] : [slot.page] {
        guard let block = memory.block(holding: PageFrameNumber(page)),
          block.first.rawValue == page, block.use == slot.use, block.owner == owner
        else { return false }
      }
    }
    return true
  }

  /// Takes note of what moved or was dropped, if anything did.
  @inline(__always) mutating func follow(_ memory: inout PageAllocator) {
    let now = memory.statistics.pagesMigrated &+ memory.statistics.pagesReclaimed
    guard now != seen else { return }
    seen = now
    apply(memory.takeRelocations())
  }

  private mutating func apply(_ relocations: [Relocation]) {
    for relocation in relocations where relocation.owner.rawValue >= Self.firstOwner {
      guard relocation.owner != .kernel else { continue }
      let slot = Int(relocation.owner.rawValue - Self.firstOwner)
      guard slot < slots.count, !slots[slot].isUnused else { continue }
      if slots[slot].isSplit {
        moveFragment(UInt32(slot), relocation)
        continue
      }
      switch relocation.fate {
      case .moved(let page): slots[slot].page = page.rawValue
      case .dropped:
        slots[slot].isGone = true
        if slots[slot].use.isSwappable { counts.swappedOut += slots[slot].pages }
      case .split:
        slots[slot].isSplit = true
        let first = relocation.from.rawValue
        fragments[UInt32(slot)] = Array(first..<first + relocation.order.pages)
      }
    }
  }

  private mutating func moveFragment(_ slot: UInt32, _ relocation: Relocation) {
    guard var pages = fragments[slot],
      let place = pages.firstIndex(of: relocation.from.rawValue)
    else { return }
    switch relocation.fate {
    case .moved(let page): pages[place] = page.rawValue
    case .dropped:
      pages.swapAt(place, pages.count - 1)
      pages.removeLast()
      counts.swappedOut += 1
    case .split: break
    }
    fragments[slot] = pages
  }

  /// Notes that a long-term pin was refused.
  mutating func noteRefusedPin() { counts.refusedPins += 1 }

  /// Notes that a block was freed to be replaced.
  @inline(__always) mutating func noteFreed() { counts.pageEvents += 1 }
}

/// What the rest of the system met with.
struct LoadCounts: Hashable, Sendable {
  /// Requests that got nothing.
  var refused: UInt64 = 0
  /// Those of the kernel itself among them.
  var refusedUnmovable: UInt64 = 0
  /// Those for which Linux would have killed a process.
  var kills: UInt64 = 0
  /// Long-term pins that were refused.
  var refusedPins: UInt64 = 0
  /// Pages that were swapped out.
  var swappedOut: UInt64 = 0
  /// Blocks that were taken and given back.
  var pageEvents: UInt64 = 0

  /// Adds what another run counted.
  mutating func add(_ other: LoadCounts) {
    refused += other.refused
    refusedUnmovable += other.refusedUnmovable
    kills += other.kills
    refusedPins += other.refusedPins
    swappedOut += other.swappedOut
    pageEvents += other.pageEvents
  }
}
