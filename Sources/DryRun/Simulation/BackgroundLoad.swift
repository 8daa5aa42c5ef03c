import Layout
import PageAllocator
import PhysicalMemory

/// What the rest of the system holds: blocks that can be found again when they move.
///
/// Every block has an owner number of its own, so a relocation names its slot.
struct BackgroundLoad {
  /// Blocks that a run holds at most; on larger machines a block is more than a page.
  static let maximumSlots = 1 << 20
  /// The owner number of slot zero; devices have smaller ones.
  static let firstOwner: UInt32 = 1 << 20
  private static let gone = UInt64.max

  /// The first page of each slot's block, or `gone`.
  private var pages: ContiguousArray<UInt64> = []
  private var states: ContiguousArray<State> = []
  /// Slots of movable memory.
  private var movable: ContiguousArray<UInt32> = []
  /// Slots of pins that are held.
  private var pinned: [Int: UInt32] = [:]
  private let grain: UInt8
  private var numbers: SeededNumbers
  private var seen: UInt64 = 0
  private(set) var refused: UInt64 = 0
  private(set) var kills: UInt64 = 0

  private struct State {
    var use: PageUse
    var order: UInt8
    var isPinned = false
    /// Split into pages that are no longer followed.
    var isLost = false
  }

  /// Pages of each class that are still to be taken.
  private struct Wanted {
    var left: [(use: PageUse, pages: UInt64)]
    var total: UInt64 { left.reduce(0) { $0 + $1.pages } }
  }

  init(seed: UInt64, total: UInt64) {
    numbers = SeededNumbers(seed: seed, purpose: 2)
    var grain: UInt8 = 0
    while total >> UInt64(grain) > UInt64(Self.maximumSlots) * 3 / 4 { grain += 1 }
    self.grain = grain
  }

  /// The pages of a background at its levels.
  static func pages(_ background: Background, _ pageSize: PageSize) -> UInt64 {
    [background.pageCache, background.dirty, background.anonymous, background.unmovable]
      .reduce(0) { $0 + pageSize.pages(holding: $1) }
  }

  // MARK: Filling

  /// Takes memory up to the levels: half of the kernel's own first, as at boot, the rest mixed.
  mutating func fill(_ background: Background, _ memory: inout PageAllocator) {
    let size = memory.machine.pageSize
    // No class can be more than there is.
    let most = size.bytes(of: memory.freePageCount)
    let unmovable = size.pages(holding: min(background.unmovable, most))
    take([(.unmovable, unmovable / 2)], &memory)
    take(
      [
        (.unmovable, unmovable - unmovable / 2),
        (.fileClean, size.pages(holding: min(background.pageCache, most))),
        (.fileDirty, size.pages(holding: min(background.dirty, most))),
        (.anonymous, size.pages(holding: min(background.anonymous, most))),
      ],
      &memory
    )
  }

  /// Takes pages of several classes in runs of random length, each class in proportion.
  private mutating func take(
    _ levels: [(use: PageUse, pages: UInt64)],
    _ memory: inout PageAllocator
  ) {
    var wanted = Wanted(left: levels)
    var total = wanted.total
    while total > 0, pages.count < Self.maximumSlots {
      var draw = numbers.below(total)
      var index = 0
      while draw >= wanted.left[index].pages {
        draw -= wanted.left[index].pages
        index += 1
      }
      let use = wanted.left[index].use
      let run = min(wanted.left[index].pages, (1 + numbers.below(32)) << UInt64(grain))
      var taken: UInt64 = 0
      while taken < run, pages.count < Self.maximumSlots {
        let order = order(for: use, atMost: run - taken)
        guard add(use, order, &memory) else {
          // No more of this class can be had.
          taken = wanted.left[index].pages
          break
        }
        taken += 1 << UInt64(order)
      }
      taken = min(taken, wanted.left[index].pages)
      wanted.left[index].pages -= taken
      total -= taken
    }
  }

  /// Page cache and user memory come in single blocks of the grain, kernel memory in some sizes.
  private mutating func order(for use: PageUse, atMost pages: UInt64) -> UInt8 {
    guard use == .unmovable else { return grain }
    let order = UInt8(numbers.below(8))
    let small = grain + (order < 5 ? 0 : order - 4)
    return 1 << UInt64(small) <= pages ? small : grain
  }

  private mutating func add(_ use: PageUse, _ order: UInt8, _ memory: inout PageAllocator) -> Bool {
    let slot = pages.count
    guard let first = allocate(use, order, slot, &memory) else { return false }
    pages.append(first.rawValue)
    states.append(State(use: use, order: order))
    if use.isMigratable { movable.append(UInt32(slot)) }
    follow(&memory)
    return true
  }

  private mutating func allocate(
    _ use: PageUse,
    _ order: UInt8,
    _ slot: Int,
    _ memory: inout PageAllocator
  ) -> PageFrameNumber? {
    let owner = OwnerID(Self.firstOwner + UInt32(slot))
    do {
      return try memory.allocatePages(PageRequest(order: Order(order), use: use, owner: owner))
    } catch {
      refused += 1
      if order <= 3 { kills += 1 }
      return nil
    }
  }

  // MARK: Churn and pins

  /// Replaces about `count` random pages of movable memory, a batch at a time.
  ///
  /// A batch is freed before its successors are taken: the page freed last would else be taken again
  /// at once.
  mutating func churn(_ count: UInt64, _ memory: inout PageAllocator) {
    guard !movable.isEmpty else { return }
    var left = count >> UInt64(grain)
    var batch: ContiguousArray<UInt32> = []
    while left > 0 {
      let size = min(left, 64 + numbers.below(192))
      left -= size
      batch.removeAll(keepingCapacity: true)
      for _ in 0..<size {
        let slot = movable[Int(numbers.below(UInt64(movable.count)))]
        let state = states[Int(slot)]
        if state.isPinned || state.isLost { continue }
        let page = pages[Int(slot)]
        if page != Self.gone {
          memory.freePages(at: PageFrameNumber(page))
          pages[Int(slot)] = Self.gone
        }
        batch.append(slot)
      }
      for slot in batch where pages[Int(slot)] == Self.gone {
        let state = states[Int(slot)]
        if let first = allocate(state.use, state.order, Int(slot), &memory) {
          pages[Int(slot)] = first.rawValue
        }
        follow(&memory)
      }
    }
  }

  /// Pins a random page of movable memory.
  mutating func pin(_ pin: Int, _ memory: inout PageAllocator) {
    guard !movable.isEmpty else { return }
    for _ in 0..<8 {
      let slot = movable[Int(numbers.below(UInt64(movable.count)))]
      let page = pages[Int(slot)]
      guard page != Self.gone, !states[Int(slot)].isPinned, !states[Int(slot)].isLost else {
        continue
      }
      memory.pin(PageFrameNumber(page))
      states[Int(slot)].isPinned = true
      pinned[pin] = slot
      return
    }
  }

  /// Ends a pin.
  mutating func unpin(_ pin: Int, _ memory: inout PageAllocator) {
    guard let slot = pinned.removeValue(forKey: pin) else { return }
    memory.unpin(PageFrameNumber(pages[Int(slot)]))
    states[Int(slot)].isPinned = false
  }

  // MARK: Following blocks

  /// Whether every block that is followed is where it is thought to be.
  func isConsistent(with memory: borrowing PageAllocator) -> Bool {
    for slot in pages.indices where pages[slot] != Self.gone && !states[slot].isLost {
      guard let block = memory.block(holding: PageFrameNumber(pages[slot])),
        block.first.rawValue == pages[slot], block.use == states[slot].use,
        block.owner.rawValue == Self.firstOwner + UInt32(slot)
      else { return false }
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
      guard slot < states.count, !states[slot].isLost else { continue }
      switch relocation.fate {
      case .moved(let page): pages[slot] = page.rawValue
      case .dropped: pages[slot] = Self.gone
      case .split: states[slot].isLost = true
      }
    }
  }
}
