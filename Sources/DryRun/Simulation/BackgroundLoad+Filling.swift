import Layout
import PageAllocator
import PhysicalMemory
import Policy

/// Taking memory up to the levels of a background, and giving it back.
extension BackgroundLoad {
  /// Pages of a class that are still to be taken.
  private struct Wanted {
    let use: PageUse
    var left: UInt64
  }

  /// Takes memory up to the levels.
  ///
  /// Half of the kernel's own comes first with the noise of booting, the rest mixed. The noise is given back in two halves, one before the rest and one after.
  mutating func fill(_ background: Background, _ memory: inout PageAllocator) {
    let size = memory.machine.pageSize
    // No class can be more than there is.
    let most = size.bytes(of: memory.freePageCount)
    for (index, kind) in MemoryClass.allCases.enumerated() {
      levels[index] = size.pages(holding: min(background[kind], most))
    }
    let kernel = level(.unmovable)
    makeNoise(size.pages(holding: min(background.bootNoise, most)), kernel / 2, &memory)
    endNoise(half: true, &memory)
    take(
      [Wanted(use: .unmovable, left: kernel - kernel / 2)]
        + MemoryClass.allCases.filter { $0 != .unmovable }
        .map { Wanted(use: $0.use, left: level($0)) },
      &memory
    )
    endNoise(half: false, &memory)
  }

  private func level(_ kind: MemoryClass) -> UInt64 { levels[kind.index] }

  /// Takes the kernel's first memory, with blocks in between that do not stay.
  private mutating func makeNoise(
    _ noise: UInt64,
    _ kernel: UInt64,
    _ memory: inout PageAllocator
  ) {
    let steps: UInt64 = noise > 0 ? 64 : 1
    var left = noise
    for step in 0..<steps {
      let share = kernel * (step + 1) / steps - kernel * step / steps
      take([Wanted(use: .unmovable, left: share)], &memory)
      var part = noise * (step + 1) / steps - noise * step / steps
      while part > 0 {
        let use: PageUse = numbers.below(2) == 0 ? .unmovable : .anonymous
        let order = self.order(for: use, atMost: part)
        guard let slot = add(use, order, &memory) else { return }
        self.noise.append(slot)
        part -= min(part, 1 << UInt64(order))
        left -= min(left, 1 << UInt64(order))
      }
    }
  }

  private mutating func endNoise(half: Bool, _ memory: inout PageAllocator) {
    var kept: [UInt32] = []
    for slot in noise {
      if half, numbers.below(2) == 0 { kept.append(slot) } else { release(slot, &memory) }
    }
    noise = kept
  }

  /// Takes pages of several classes in runs of random length, each class in proportion.
  private mutating func take(_ levels: [Wanted], _ memory: inout PageAllocator) {
    var wanted = levels
    var total = wanted.reduce(0) { $0 + $1.left }
    while total > 0 {
      var draw = numbers.below(total)
      var index = 0
      while draw >= wanted[index].left {
        draw -= wanted[index].left
        index += 1
      }
      let run = min(wanted[index].left, (1 + numbers.below(32)) << UInt64(grain))
      var taken = takeRun(wanted[index].use, run, &memory) ?? wanted[index].left
      taken = min(taken, wanted[index].left)
      wanted[index].left -= taken
      total -= taken
    }
  }

  /// Takes about so many pages; nil where no more of this class can be had.
  private mutating func takeRun(
    _ use: PageUse,
    _ pages: UInt64,
    _ memory: inout PageAllocator
  ) -> UInt64? {
    if use == .transparentHuge { return takeHuge(&memory) }
    var taken: UInt64 = 0
    while taken < pages {
      let order = order(for: use, atMost: pages - taken)
      guard add(use, order, &memory) != nil else { return nil }
      taken += 1 << UInt64(order)
    }
    if use == .fileDirty { mayHaveDirty = true }
    return taken
  }

  /// A huge page, or its size in small ones where there is no block.
  private mutating func takeHuge(_ memory: inout PageAllocator) -> UInt64? {
    let pages = 1 << UInt64(hugeOrder)
    if add(.transparentHuge, hugeOrder, &memory) != nil { return UInt64(pages) }
    return takeRun(.anonymous, UInt64(pages), &memory)
  }

  /// Page cache and user memory come in single blocks of the grain, kernel memory in some sizes.
  private mutating func order(for use: PageUse, atMost pages: UInt64) -> UInt8 {
    guard use == .unmovable || use == .reclaimableSlab else { return grain }
    let order = UInt8(numbers.below(8))
    let small = grain + (order < 5 ? 0 : order - 4)
    return 1 << UInt64(small) <= pages ? small : grain
  }

  // MARK: Growing and shrinking

  /// Takes more of a class.
  mutating func grow(_ kind: MemoryClass, _ pages: UInt64, _ memory: inout PageAllocator) {
    grown[kind.index] = Time.sum(grown[kind.index], pages)
    take([Wanted(use: kind.use, left: min(pages, memory.machine.allPages))], &memory)
  }

  /// Comes to the levels of another phase.
  mutating func change(to background: Background, _ memory: inout PageAllocator) {
    let size = memory.machine.pageSize
    var more: [Wanted] = []
    for kind in MemoryClass.allCases {
      let level = min(size.pages(holding: background[kind]), memory.machine.allPages)
      let old = levels[kind.index]
      levels[kind.index] = level
      if level < old { shrink(kind.use, old - level, &memory) }
      if level > old { more.append(Wanted(use: kind.use, left: level - old)) }
    }
    take(more, &memory)
  }

  /// Gives random blocks of a class back: each as likely as any other.
  private mutating func shrink(_ use: PageUse, _ pages: UInt64, _ memory: inout PageAllocator) {
    func isOf(_ slot: LoadSlot) -> Bool { slot.use == use && !slot.isUnused }
    var have = slots.reduce(0 as UInt64) { isOf($1) ? $0 + $1.pages : $0 }
    var left = pages
    for slot in slots.indices where left > 0 && isOf(slots[slot]) {
      let size = slots[slot].pages
      if numbers.below(have) < left {
        left -= min(left, size)
        release(UInt32(slot), &memory)
      }
      have -= size
    }
  }

  // MARK: Hogs and compressed memory

  /// A process takes memory; one that gets no more is killed.
  mutating func startHog(_ hog: Int, _ pages: UInt64, _ memory: inout PageAllocator) {
    var own: [UInt32] = []
    var taken: UInt64 = 0
    while taken < pages {
      guard let slot = add(.anonymous, grain, &memory) else {
        for slot in own { release(slot, &memory) }
        return
      }
      own.append(slot)
      taken += 1 << UInt64(grain)
    }
    hogs[hog] = own
  }

  /// The process dies.
  mutating func endHog(_ hog: Int, _ memory: inout PageAllocator) {
    for slot in hogs.removeValue(forKey: hog) ?? [] { release(slot, &memory) }
  }

  /// Takes what compressed memory needs for what was swapped out: a third of it, in movable pages
  /// (`mm/zsmalloc.c`).
  mutating func compress(_ memory: inout PageAllocator) {
    guard zramPages > 0 else { return }
    let due = min(memory.swappedPageCount, zramPages) / 3
    while compressed < due {
      guard add(.mlocked, grain, &memory) != nil else { return }
      compressed += 1 << UInt64(grain)
    }
  }
}

extension MemoryClass {
  /// The position in lists of all classes.
  var index: Int {
    switch self {
    case .pageCache: 0
    case .dirty: 1
    case .anonymous: 2
    case .huge: 3
    case .shared: 4
    case .locked: 5
    case .slab: 6
    case .unmovable: 7
    }
  }

  /// What the engine calls it.
  var use: PageUse {
    switch self {
    case .pageCache: .fileClean
    case .dirty: .fileDirty
    case .anonymous: .anonymous
    case .huge: .transparentHuge
    case .shared: .tmpfs
    case .locked: .mlocked
    case .slab: .reclaimableSlab
    case .unmovable: .unmovable
    }
  }
}

extension Machine {
  /// All pages of memory.
  var allPages: UInt64 { memory.size.rawValue >> UInt64(pageSize.shift) }
}
