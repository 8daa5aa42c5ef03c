import PhysicalMemory

/// NUMA nodes, sections and `struct page` (`arch_numa_init`, `mm/sparse.c: sparse_init`).
extension Replay {
  /// `of_numa_init`: which memory is whose, and the structures of each node.
  ///
  /// Nodes count only where every memory node says its own; else all memory is node 0.
  mutating func setUpNodes() {
    let stated = memoryNodes.compactMap(\.node)
    let limit = 1 << target.config.nodesShift
    let isNuma =
      target.config.numa && !stated.isEmpty && stated.count == memoryNodes.count
      && stated.allSatisfy { $0 < limit }
    if isNuma {
      for entry in memoryNodes {
        change { memblock throws(Memblock.Full) in
          try memblock.setNode(entry.node ?? 0, entry.range)
        }
      }
      onlineNodes = Set(stated).sorted()
    } else {
      onlineNodes = [0]
      let all = PhysicalRange(start: PhysicalAddress(0), end: memblock.maximum)
      change { memblock throws(Memblock.Full) in try memblock.setNode(0, all) }
    }
    if target.config.numa { allocateNodeData(isNuma: isNuma) }
  }

  private mutating func allocateNodeData(isNuma: Bool) {
    let page = target.pageSize.bytes.rawValue
    let isNew = target.version.isAtLeast(6, 12)
    if target.architecture == .arm64 {
      let count = UInt64(isNew ? onlineNodes.count : 1 << target.config.nodesShift)
      if !isNew || isNuma { take(ByteCount(count * count), alignment: page) }
    }
    let size: UInt64 =
      switch target.architecture {
      case .riscv64: 0x2440
      default: isNew ? 0x3740 : 0x2c80
      }
    for node in onlineNodes {
      nodeData[node] = take(ByteCount(size), alignment: 64, node: node)
    }
    if isNew, target.architecture == .arm64 {
      for _ in onlineNodes { take(ByteCount(0x40), alignment: 64) }
    }
  }

  /// log2 of the size of a section, `SECTION_SIZE_BITS`.
  private var sectionShift: UInt64 {
    target.architecture == .arm64 && target.pageSize == .kib64 ? 29 : 27
  }

  /// `sparse_init`: the section tables and one block of `struct page` for each node.
  mutating func allocateMemoryMap() {
    let page = target.pageSize.bytes
    // An entry of a section table has 32 bytes, a table one page; their addresses are one array.
    let perRoot = page.rawValue / 32
    let bits: UInt64 =
      switch (target.architecture, target.pageSize) {
      case (.riscv64, _): 56
      case (_, .kib64): UInt64(target.config.physicalAddressBits)
      default: 48
      }
    take(ByteCount((1 << (bits - sectionShift)) / perRoot * 8), alignment: 64)
    var roots: Set<UInt64> = []
    for entry in memblock.memory.entries {
      let first = (entry.range.start.rawValue >> sectionShift) / perRoot
      let last = ((entry.range.end.rawValue - 1) >> sectionShift) / perRoot
      for root in first...last where roots.insert(root).inserted {
        take(page, alignment: 64, node: entry.node)
      }
    }
    var tables: Set<UInt64> = []
    for node in onlineNodes { allocateMemoryMap(of: node, tables: &tables) }
  }

  private mutating func allocateMemoryMap(of node: Int, tables: inout Set<UInt64>) {
    let section = Alignment(shift: UInt8(sectionShift))
    let numbers = sections(of: node)
    guard !numbers.isEmpty else { return }
    let usage = ByteCount(56) * UInt64(numbers.count)
    // The usage maps go to the section of the node's own structure, so that it can be unplugged last.
    if let data = nodeData[node] {
      let start = section.down(data)
      let end = start.addingSaturating(section.bytes)
      let limit = Memblock.Limit.below(end)
      if take(usage, alignment: 64, from: start, limit, node: node) == nil {
        take(usage, alignment: 64, node: node)
      }
    } else {
      take(usage, alignment: 64, node: node)
    }
    allocatePageStructures(count: UInt64(numbers.count), node: node)
    let page = target.pageSize.bytes
    // One table for each GiB of the map, which stands for 64 times as much memory, and one above.
    let base = Alignment(shift: 30).down(memblock.start).rawValue
    let reach = UInt64(target.pageSize.shift) * 3 - 6 - 6 + UInt64(target.pageSize.shift)
    for number in numbers {
      let offset = (number << sectionShift) &- base
      let level = UInt64(target.pageSize.shift) - 3
      // riscv has one level more.
      let levels: UInt64 = target.architecture == .riscv64 ? 3 : 2
      for kind in 0..<levels {
        let shift = reach + kind * level
        let key = (shift < 64 ? offset >> shift : 0) << 2 | kind
        if tables.insert(key).inserted {
          take(page, alignment: page.rawValue, node: node)
        }
      }
    }
  }

  /// One block for the `struct page` of all sections of a node (`sparse_buffer_init`).
  ///
  /// Where the smallest mapping of the block is bigger than a section's share, what is left over is
  /// given back.
  private mutating func allocatePageStructures(count: UInt64, node: Int) {
    let page = target.pageSize
    let share = ByteCount(64) * (UInt64(1) << (sectionShift - UInt64(page.shift)))
    let perSection = target.pmdSize.up(share) ?? share
    // The kernel begins at `MAX_DMA_ADDRESS`, which is below all memory.
    let block = take(
      perSection * count,
      alignment: perSection.rawValue,
      node: node,
      exact: true
    )
    guard share < perSection else { return }
    let used = share * count
    guard let block else {
      bootAllocations += memblock.allocatePages(used.rawValue / page.bytes.rawValue, .accessible)
      return
    }
    let rest = PhysicalRange(
      start: block.addingSaturating(used),
      saturating: perSection * count - used
    )
    change { memblock throws(Memblock.Full) in try memblock.free(rest.start, rest.size) }
    bootAllocations.append(PhysicalRange(start: block, saturating: used))
    bootAllocations.removeAll { $0.start == block && $0.size > used }
  }

  /// The numbers of the sections that a node's memory touches, ascending.
  private func sections(of node: Int) -> [UInt64] {
    var result: [UInt64] = []
    for entry in memblock.memory.entries where entry.node == node {
      let first = entry.range.start.rawValue >> sectionShift
      let last = (entry.range.end.rawValue - 1) >> sectionShift
      for number in first...last where result.last.map({ $0 < number }) ?? true {
        result.append(number)
      }
    }
    return result
  }
}
