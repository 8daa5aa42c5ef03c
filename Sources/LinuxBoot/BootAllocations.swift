import DeviceTree
import PhysicalMemory

/// What the kernel takes for itself between the devicetree's regions and the default CMA area (3.8 of
/// the kernel model). None of it is in the result; it decides where what follows can lie.
extension Replay {
  /// Takes `size` bytes as `memblock_alloc` does and remembers whose they are.
  mutating func take(
    _ size: ByteCount,
    alignment: UInt64,
    from start: PhysicalAddress = PhysicalAddress(0),
    node: Int? = nil
  ) {
    guard size > .zero,
      let base = memblock.allocate(
        size,
        alignment: alignment,
        from: start,
        .accessible,
        node: node
      )
    else { return }
    bootAllocations.append(PhysicalRange(start: base, saturating: size))
  }

  /// The pages that `paging_init` takes for the linear map, one by one.
  mutating func allocatePageTables() {
    let count: UInt64
    switch target.architecture {
    case .arm64: count = arm64PageTables()
    // 2 MiB blocks need one page for each GiB; the kernel's own mappings a few.
    case .riscv64: count = blocks(shift: 30) + 7
    case .arm: return
    }
    bootAllocations += memblock.allocatePages(count, .accessible)
  }

  /// The number of aligned blocks of 2^`shift` bytes that mapped memory touches.
  private func blocks(shift: UInt64) -> UInt64 {
    var count: UInt64 = 0
    var next: UInt64 = 0
    for entry in memblock.memory.entries where !entry.flags.contains(.noMap) {
      let first = max(entry.range.start.rawValue >> shift, next)
      let end = ((entry.range.end.rawValue - 1) >> shift) + 1
      if end > first { count += end - first }
      next = max(next, end)
    }
    return count
  }

  private func arm64PageTables() -> UInt64 {
    let page = UInt64(target.pageSize.shift)
    // A table has 2^(shift - 3) entries at each level.
    let step = page - 3
    let lowest = target.config.rodataFull ? blocks(shift: page + step) : 0
    let middle = blocks(shift: page + 2 * step)
    guard target.version.isAtLeast(6, 12) else {
      return lowest + middle + blocks(shift: min(page + 3 * step, 63)) + 1
    }
    return lowest + middle - min(lowest, wholeTextBlocks(shift: page + step))
  }

  /// The blocks that lie wholly in the kernel's text: they are mapped as blocks, without a table.
  private func wholeTextBlocks(shift: UInt64) -> UInt64 {
    guard let kernel = objects.kernel,
      let textEnd = kernel.end.subtracting(KernelImage.initAndDataSize(target))
    else { return 0 }
    // `_text` is not mapped; `_stext` follows 64 KiB later.
    let start = (objects.kernelLoad ?? kernel.start).rawValue + 0x1_0000
    let first = (start + (1 << shift) - 1) >> shift
    let end = textEnd.rawValue >> shift
    return end > first ? end - first : 0
  }

  /// `unflatten_device_tree`: one block for all nodes and properties.
  mutating func allocateUnflattenedTree() {
    take(unflattenedSize, alignment: 8)
  }

  /// What `unflatten_dt_nodes` needs: a structure for each node with its full name behind it, one for
  /// each property, and one more with the short name for a node that has no `name`.
  private var unflattenedSize: ByteCount {
    func up(_ value: Int) -> Int { (value + 7) & ~7 }
    let isNew = target.version.isAtLeast(6, 12)
    let nodeSize = isNew ? 0x60 : 0x60
    let propertySize = isNew ? 0x40 : 0x60
    var size = 0
    for node in input.tree.nodes {
      size += up(nodeSize + node.name.utf8.count + 1)
      size += node.properties.count * propertySize
      if !node.has("name") { size += up(propertySize + node.baseName.utf8.count + 1) }
    }
    return ByteCount(UInt64(size + 4))
  }

  /// The kernel's table of regions, allocated since 6.12.103 (`alloc_reserved_mem_array`).
  mutating func allocateTable(_ children: [Node]) {
    guard rules == .dynamicFirstUnbounded else { return }
    let parsed = children.filter { node in
      guard let property = node.property("reg"), cells.entry > 0 else { return false }
      return property.count % (cells.entry * 4) == 0
    }
    take(ByteCount(48) * UInt64(parsed.count + table.count), alignment: 64)
  }

  /// `of_numa_init`: which memory is whose, and the structures of each node.
  mutating func setUpNodes() {
    let named = memoryNodes.filter { $0.node != nil }
    if target.config.numa, !named.isEmpty, named.count == memoryNodes.count {
      for entry in memoryNodes {
        let node = entry.node ?? 0
        change { memblock throws(Memblock.Full) in try memblock.setNode(node, entry.range) }
      }
      onlineNodes = Set(named.compactMap(\.node)).sorted()
    } else {
      onlineNodes = [0]
      let all = PhysicalRange(start: PhysicalAddress(0), end: memblock.maximum)
      change { memblock throws(Memblock.Full) in try memblock.setNode(0, all) }
    }
    guard target.config.numa else { return }
    for node in onlineNodes {
      take(ByteCount(target.version.isAtLeast(6, 12) ? 0x3740 : 0x2c80), alignment: 64, node: node)
    }
  }

  /// `sparse_init`: the section tables and one block of `struct page` for each node.
  mutating func allocateMemoryMap() {
    let shift: UInt64 = target.architecture == .arm64 && target.pageSize == .kib64 ? 29 : 27
    let perSection =
      target.pmdSize.up(
        ByteCount(64) * (UInt64(1) << (shift - UInt64(target.pageSize.shift)))
      ) ?? .zero
    let isRiscv = target.architecture == .riscv64
    take(isRiscv ? ByteCount.mib(32) : ByteCount(0x2_0000), alignment: 64)
    let start = Alignment(shift: 30).down(memblock.start)
    for node in onlineNodes {
      let sections = sections(of: node, shift: shift)
      take(ByteCount(0x1000), alignment: 64, node: node)
      take(ByteCount(56) * sections, alignment: 64, node: node)
      take(
        perSection * sections,
        alignment: perSection.rawValue,
        from: start,
        node: node
      )
      take(ByteCount(0x2000), alignment: target.pageSize.bytes.rawValue, node: node)
    }
  }

  private func sections(of node: Int, shift: UInt64) -> UInt64 {
    var count: UInt64 = 0
    var next: UInt64 = 0
    for entry in memblock.memory.entries where entry.node == node {
      let first = max(entry.range.start.rawValue >> shift, next)
      let end = ((entry.range.end.rawValue - 1) >> shift) + 1
      if end > first { count += end - first }
      next = max(next, end)
    }
    return count
  }
}
